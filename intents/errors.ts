/** Errors are values with a stable code, a sentence, a hint, and the offending parameter. */

export type ErrorValue = { code: string; message: string; hint?: string; param?: string };

/** Thrown only for surprises at an edge; refusals are values. Serialises to an `ErrorValue`. */
export class TenderError extends Error {
  override readonly name = 'TenderError';
  readonly code: string;
  readonly hint: string | undefined;
  readonly param: string | undefined;

  constructor(code: string, message: string, options: { hint?: string; param?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.param = options.param;
  }

  toJSON(): ErrorValue {
    return {
      code: this.code,
      message: this.message,
      ...(this.hint !== undefined && { hint: this.hint }),
      ...(this.param !== undefined && { param: this.param }),
    };
  }
}

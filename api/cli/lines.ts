/** Lines of a byte stream: none is ever longer in memory than the limit, and what is no UTF-8 does not stop them. */
import { StringDecoder } from 'node:string_decoder';

/** `undefined` stands for a line that was longer than the limit. */
export type Line = string | undefined;

/** All lines that one chunk completes, together, so that they can be answered together. `limit` in UTF-16 units. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array | string>, limit: number): AsyncGenerator<Line[]> {
  const decoder = new StringDecoder('utf8');
  let begun = '';
  let tooLong = false;
  for await (const chunk of chunks) {
    const pieces = (typeof chunk === 'string' ? chunk : decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))).split('\n');
    const last = pieces.pop() as string;
    const whole: Line[] = [];
    for (const piece of pieces) {
      whole.push(tooLong || begun.length + piece.length > limit ? undefined : begun + piece);
      [begun, tooLong] = ['', false];
    }
    tooLong ||= begun.length + last.length > limit;
    begun = tooLong ? '' : begun + last;
    if (whole.length) yield whole;
  }
  const rest = begun + decoder.end();
  if (tooLong) yield [undefined];
  else if (rest) yield [rest];
}

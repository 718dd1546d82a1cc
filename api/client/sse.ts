/** A small reader of server-sent events over fetch, for Node and browsers alike. */

export type ServerEvent = { id?: string; data: string };

/** Events of one response body, until it ends. Comments and unknown fields are skipped, as the standard says. */
export async function* serverEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  let event: { id?: string; data: string[] } = { data: [] };
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      rest += decoder.decode(value, { stream: true });
      // A carriage return at the very end may be half of a line break.
      const lines = rest.split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() as string;
      for (const line of lines) {
        if (line !== '') readField(event, line);
        else {
          if (event.data.length > 0) yield { ...(event.id !== undefined && { id: event.id }), data: event.data.join('\n') };
          event = { data: [] };
        }
      }
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function readField(event: { id?: string; data: string[] }, line: string): void {
  const colon = line.indexOf(':');
  if (colon === 0) return;
  const name = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
  if (name === 'data') event.data.push(value);
  if (name === 'id') event.id = value;
}

/** A streamed completion, put together: its text and tokens, or why it must not be used. */
import type { ChatCompletionChunk } from 'openai/resources/chat/completions';

/** `tokens`: what the server says that it used, 0 if it does not say. */
export type Told = { content: string; tokens: number } & ({ whole: true } | { fault: 'truncated' | 'refused' | 'too_long' });

/** Longer than any proposal; a server that does not stop is cut off here. */
export const LONGEST_ANSWER = 4_000;

/** Reads to the end, to the limit or to the deadline, whichever comes first; leaving the loop closes the connection. Rejects if it breaks. */
export async function collect(stream: AsyncIterable<ChatCompletionChunk>, deadline: AbortSignal): Promise<Told> {
  let content = '';
  let tokens = 0;
  let reason: string | null | undefined;
  let refused = false;
  for await (const chunk of stream) {
    deadline.throwIfAborted();
    const used = Number(chunk.usage?.total_tokens ?? 0);
    if (used > tokens) tokens = used;
    const choice = chunk.choices?.[0];
    refused ||= Boolean(choice?.delta?.refusal) || Boolean(choice?.delta?.tool_calls?.length);
    if (typeof choice?.delta?.content === 'string') content += choice.delta.content;
    reason = choice?.finish_reason ?? reason;
    if (content.length > LONGEST_ANSWER) return { content, tokens, fault: 'too_long' };
  }
  // The SDK ends quietly when it is aborted.
  deadline.throwIfAborted();
  if (refused || reason === 'content_filter') return { content, tokens, fault: 'refused' };
  return reason === 'stop' ? { content, tokens, whole: true } : { content, tokens, fault: 'truncated' };
}

/** Thousands of `eth_call`s in a few requests. */
import type { Address, Hex } from 'viem';

/** `at`: second of the block in which the call is made. */
export type Question = { to: Address; data: Hex; at?: number };
/** What came back, or the data of the revert. */
export type Answer = { ok: boolean; data: Hex };
type Reply = { id: number; result?: Hex; error?: { message: string; data?: Hex } };

const AT_ONCE = 500;

/** Asks a node's latest state, in the order of the questions. Throws if anything but a revert comes back. */
export async function askAll(url: string, questions: readonly Question[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let start = 0; start < questions.length; start += AT_ONCE) answers.push(...(await askSome(url, questions.slice(start, start + AT_ONCE))));
  return answers;
}

async function askSome(url: string, questions: readonly Question[]): Promise<Answer[]> {
  const requests = questions.map(({ to, data, at }, id) => {
    const params = at === undefined ? [{ to, data }, 'latest'] : [{ to, data }, 'latest', {}, { time: `0x${at.toString(16)}` }];
    return { jsonrpc: '2.0', id, method: 'eth_call', params };
  });
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(requests) });
  const replies = (await response.json()) as Reply[];
  const answers = new Map(replies.map(({ id, result, error }) => [id, result !== undefined ? { ok: true, data: result } : { ok: false, data: revertOf(error) }]));
  return questions.map((_, id) => answers.get(id)!);
}

function revertOf(error: Reply['error']): Hex {
  if (error?.data === undefined) throw new Error(error?.message ?? 'no answer');
  return error.data;
}

/**
 * Collects signatures of attesters into what the verifiers take. It vouches for nothing itself: each signature is checked
 * here only so that no solver pays gas for a bad one.
 */
import { type Address, type Hex, isAddressEqual, recoverTypedDataAddress, toHex } from 'viem';
import { attestedEvidence, deliveriesRoot, jobEvidence, recordKey, type SignatureAt } from '../../contracts/client/evidence.ts';
import type { Drop, Ledger } from '../../contracts/client/ledger.ts';
import { jobStateOf } from '../../contracts/client/job.ts';
import { pause } from '../../contracts/client/rpc.ts';
import type { Log } from '../auction/auction.ts';
import { TenderError } from '../../intents/errors.ts';
import { toJson } from '../../intents/json.ts';
import { type MarketMessages, type MarketType, marketTypedData } from '../../intents/market.ts';
import type { UnixSeconds } from '../../intents/order.ts';
import { chainOf, type Registry } from '../../intents/registry.ts';
import type { ToAttester } from '../client/wire.ts';
import type { Store, StoredOrder } from '../store/index.ts';
import { decodeAttested, decodeJudged, type Judge, type Prove } from './frames.ts';
import type { Frame, Peers } from './peers.ts';
import { holderOf } from './reports.ts';

export type Proof = { evidence: Hex; signers: number };
export type Evidence = {
  /** Deliveries of one order at the destination's finalised block. Throws `not_yours`, `not_final`, `no_quorum` … */
  prove(from: Address, question: Prove): Promise<Proof>;
  /** A job, run again by the attesters. Throws `not_yours`, `other_result`, `no_quorum` … */
  judge(from: Address, question: Judge): Promise<Proof>;
};
export type EvidenceOptions = {
  registry: Registry;
  store: Store;
  ledgerOf(chainId: number): Ledger | undefined;
  attesters: Pick<Peers, 'connected' | 'ask'>;
  now(chainId?: number): UnixSeconds;
  log: Log;
  /** How long a delivery may still need to become final, and how long attesters may take, ms. */
  finalMs?: number;
  attestMs?: number;
  judgeMs?: number;
};
/** A checked answer: `about` is equal for answers that say the same. */
type Vote<T> = { index: number; signature: Hex; about: string; value: T };

export function createEvidence(options: EvidenceOptions): Evidence {
  const { registry, store, ledgerOf, attesters, log } = options;
  const { finalMs = 15_000, attestMs = 8_000, judgeMs = 55_000 } = options;
  const { signers, k } = registry.attesters;
  const indexOf = (address: Address) => signers.findIndex((signer) => isAddressEqual(signer, address));

  /** Asks all attesters that are connected; resolves as soon as k say the same. */
  async function quorum<T>(question: (id: string) => ToAttester, ms: number, read: (frame: Frame, address: Address) => Promise<Vote<T>>): Promise<Vote<T>[]> {
    const reasons: string[] = [];
    const votes = new Map<string, Vote<T>[]>();
    return new Promise((resolve, reject) => {
      let agreed = false;
      const one = async (address: Address) => {
        const frame = await attesters.ask(address, question, ms);
        if (!frame) return void reasons.push('no answer');
        if (frame.type === 'declined') return void reasons.push(`${String(frame.code).slice(0, 60)}: ${String(frame.message).slice(0, 200)}`);
        const vote = await read(frame, address);
        const same = [...(votes.get(vote.about) ?? []), vote];
        votes.set(vote.about, same);
        if (same.length < k || agreed) return;
        agreed = true;
        resolve(same);
      };
      const all = attesters.connected().filter((address) => indexOf(address) >= 0);
      void Promise.allSettled(all.map((address) => one(address).catch((error: unknown) => void reasons.push(error instanceof Error ? error.message : String(error))))).then(() => {
        if (agreed) return;
        log('evidence.no_quorum', { asked: all.length, reasons });
        const why = reasons.length > 0 ? ` (${reasons[0]})` : '';
        reject(new TenderError('no_quorum', `${k} of ${signers.length} attesters must agree; they did not${why}.`, { hint: 'Try again in a moment.' }));
      });
    });
  }

  async function checked<T extends MarketType>(type: T, message: MarketMessages[T], signature: Hex, chainId: number, verifier: Address, from: Address): Promise<SignatureAt> {
    const typed = { ...marketTypedData(type, message, chainId, verifier), signature } as Parameters<typeof recoverTypedDataAddress>[0];
    const signer = await recoverTypedDataAddress(typed).catch(() => undefined);
    if (!signer || !isAddressEqual(signer, from)) throw new TenderError('bad_signature', `The signature of ${from} does not fit.`);
    return { index: indexOf(from), signature };
  }

  async function held(from: Address, order: Hex): Promise<StoredOrder> {
    const [stored, events] = await Promise.all([store.orders.get(order), store.events.of(order)]);
    if (!stored) throw new TenderError('not_found', 'There is no such order.', { param: 'order' });
    const holder = holderOf(events);
    if (!holder || !isAddressEqual(holder, from)) throw new TenderError('not_yours', 'Only the solver that holds an order asks for its evidence.', { param: 'order' });
    return stored;
  }

  /** The newest final block of the destination in which the delivery is complete. */
  async function finalBlock(chainId: number, drop: Drop): Promise<number> {
    const ledger = ledgerOf(chainId);
    if (!ledger) throw new TenderError('unknown_chain', `Chain ${chainId} is not in this network.`, { param: 'chainId' });
    const until = performance.now() + finalMs;
    for (;;) {
      const { number } = await ledger.finalised();
      if ((await ledger.deliveredOf(drop, number)) >= drop.amount) return number;
      if (performance.now() > until) throw new TenderError('not_final', `The delivery is not in a final block of ${ledger.chain.name}.`, { hint: 'Ask again when it is.' });
      await pause(Math.max(200, ledger.chain.blockSeconds * 500));
    }
  }

  async function attest(originChainId: number, verifier: Address, chainId: number, drop: Drop): Promise<Proof> {
    const number = await finalBlock(chainId, drop);
    const delivery = chainOf(registry, chainId)!.contracts.delivery;
    const question = (id: string): ToAttester => ({ type: 'attest', id, originChainId, verifier, chainId, number, drops: [toJson(drop)] });
    const votes = await quorum(question, attestMs, async (frame, from) => {
      const { root, asOf, values, signature } = decodeAttested(frame);
      const leaves = values.map((word) => ({ key: recordKey(drop), word }));
      if (values.length !== 1 || deliveriesRoot(leaves) !== root) throw new TenderError('bad_root', `The root of ${from} is not that of its values.`);
      const message = { chain: toHex(chainId, { size: 32 }), delivery, number: BigInt(number), asOf, root };
      return { ...(await checked('Deliveries', message, signature, originChainId, verifier, from)), about: `${root} ${asOf}`, value: { leaves, asOf } };
    });
    const { leaves, asOf } = votes[0]!.value;
    const evidence = attestedEvidence({ leaves, index: 0, number, asOf, set: registry.attesters, signatures: votes.map(({ index, signature }) => ({ index, signature })) });
    return { evidence, signers: votes.length };
  }

  const note = (order: Hex, chainId: number, signersOf: number, key: string) =>
    store.events.append([{ order, key, at: options.now(chainId), fact: { type: 'attested', signers: signersOf } }]);

  return {
    async prove(from, { chainId, drops }) {
      const [drop, more] = drops;
      if (!drop || more) throw new TenderError('one_drop', 'Evidence is for one delivery at a time.', { param: 'drops' });
      const { signed: { order } } = await held(from, drop.dealId);
      if (order.kind !== 'openIn' && order.kind !== 'openOut') throw new TenderError('wrong_kind', 'Only deliveries of tokens are proven.', { param: 'order' });
      const { terms, buy } = order.message;
      if (BigInt(chainId) !== buy.chainId) throw new TenderError('wrong_chain', 'The order is delivered on another chain.', { param: 'chainId' });
      const proof = await attest(order.chainId, terms.verifier, chainId, drop);
      await note(drop.dealId, order.chainId, proof.signers, `attested:${chainId}:${drop.amount}`);
      return proof;
    },

    async judge(from, { order: id, result, fuel }) {
      const { signed } = await held(from, id);
      const { order } = signed;
      if (order.kind !== 'job') throw new TenderError('wrong_kind', 'Only jobs are judged.', { param: 'order' });
      const { verifier } = order.message.terms;
      const question = (question: string): ToAttester => ({ type: 'judge', id: question, signed: toJson(signed), result, fuel: String(fuel) });
      const votes = await quorum(question, judgeMs, async (frame, attester) => {
        const { verdict, signature } = decodeJudged(frame);
        if (verdict.job !== id) throw new TenderError('wrong_job', `${attester} judged another job.`);
        return { ...(await checked('Verdict', verdict, signature, order.chainId, verifier, attester)), about: `${verdict.result} ${verdict.fuel}`, value: verdict };
      });
      const verdict = votes[0]!.value;
      if (verdict.result !== result || verdict.fuel !== fuel) {
        // What they got is not told: a provider could sell it without having run anything.
        throw new TenderError('other_result', 'The judges got another result or other fuel.', { hint: 'Run the job again on another machine.' });
      }
      await note(id, order.chainId, votes.length, `attested:${result}:${fuel}`);
      const verdicts = { result, fuel, set: registry.attesters, signatures: votes.map(({ index, signature }) => ({ index, signature })) };
      const deal = await ledgerOf(order.chainId)?.dealOf(order);
      const claimed = deal !== undefined && jobStateOf(deal.state).phase !== 'open';
      return { evidence: jobEvidence[claimed ? 'judge' : 'proven'](order, verdicts), signers: votes.length };
    },
  };
}

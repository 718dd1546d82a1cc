/** The empty conversation: what this is, three promises, and sentences to try. */

export const EXAMPLES = [
  { text: 'swap 100 USDC to ETH on base', kind: 'Swap' },
  { text: 'swap 0.05 ETH on ethereum to USDC on arbitrum', kind: 'Across chains' },
  { text: 'get exactly 250 USDC on base for DAI on ethereum', kind: 'Exact amount' },
  { text: 'rent 1 vCPU for 2 minutes for at most 0.10 USDC', kind: 'A machine' },
  { text: 'run primes.wasm with input 20000 for at most 0.05 USDC', kind: 'A program' },
  { text: 'swap some ETH to USDC', kind: 'Not sure yet' },
] as const;

export function Welcome({ onTry }: { onTry(text: string): void }) {
  return (
    <section className="welcome">
      <h1>Say what you want.<br /><span>Solvers compete to deliver it.</span></h1>
      <ul className="promises">
        <li><strong>You sign what you read.</strong> One sentence, inside the signature.</li>
        <li><strong>Paid for what arrived.</strong> Counted on chain, to the unit.</li>
        <li><strong>The rest comes back.</strong> Nobody has to agree to it.</li>
      </ul>
      <ul className="examples" aria-label="Sentences to try">
        {EXAMPLES.map(({ text, kind }) => (
          <li key={text}><button type="button" onClick={() => onTry(text)}><span className="quiet">{kind}</span>{text}</button></li>
        ))}
      </ul>
    </section>
  );
}

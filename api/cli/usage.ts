/** What `tender help` says. */

export const USAGE = `tender: one sentence in, one receipt out

  tender ask "SENTENCE" [--yes] [--pick N]... [--attach FILE]...   ask, sign, follow to the receipt
         [--run COMMAND]... [--stop-after SECONDS]                 for a lease: what to run, when to stop
  tender parse ["SENTENCE"] [--context FILE]                       words to a draft; JSON lines from standard input
  tender watch ID [--after SEQ]                                    follow an order
  tender orders [--user ADDRESS]                                   your orders, newest first
  tender refund ORDER.json|ID [--rpc URL] [--wait] [--cancel]      take back what an order left in escrow; needs only a node
  tender verify ORDER.json --rpc URL[,URL...]                      recompute a receipt from the chains alone
  tender help

Everywhere: --json prints JSON lines · --api URL (or TENDER_API; default http://127.0.0.1:8787)
Your key is made at first use: cli-key in TENDER_HOME, else in TENDER_DATA, else in .tender (readable by you alone).
Exit codes: 0 done · 1 refused or failed · 2 the command line is wrong
`;

/** Edits in English. */
import type { EditWords } from './words.ts';

export const en: EditWords = {
  locale: 'en',
  without: { skip: 'to me|to my wallet|to myself|back to me|my wallet', neg: 'no', correct: 'no,' },
  words: {
    e_lead:
      'make it|make that|make this|change it to|change that to|change this to|change to|change|set|set it to|switch to|switch it to|let it be|it should be|should be|how about|' +
      'what about|instead|rather|then|i would rather|i\'d rather|let\'s make it|let\'s do|let\'s say|do|try|go with|only|just|update|edit|correction|hmm|well|oh|ah|better|let it go|' +
      'have it|do it|use|keep it but|same but|the same but|same thing but|it|i want it|i want|i need|put it|let us',
    e_no: 'no|nope|nah|not that|no thanks|no thank you|wrong',
    e_yes: 'yes|yep|yeah|ok|okay|sure|correct|right|that\'s right|exactly|do it|confirm|go ahead',
    e_undo: 'undo|undo that|undo it|undo the last change|undo last change|go back|revert|revert that|take that back|back to before|as before|never mind that',
    e_instead: 'instead of|rather than|in place of|not',
    e_from: 'from',
    e_be: 'to|=|is|should be|at|as|be|→|->',
    e_half: 'half of that amount',
    e_same: 'of it|of that|of this|as much|of that amount|that much|of the amount|the amount|as many|it|that',
    e_double: 'double|double it|double that|twice|twice that|twice as much|twice as many|double the amount|double that amount|twice as long|twice the|double the',
    e_self: 'to me|to my wallet|to myself|back to me|to my own wallet|to my own address|my own wallet|my wallet',
    e_drop: 'remove|drop|without|no|cancel|delete|forget|skip|clear|lose|leave out|take out|get rid of',
    'e_slot:amount': 'amount|quantity|size|number',
    'e_slot:sell.amount': 'sell amount|amount to sell|amount to pay',
    'e_slot:buy.amount': 'buy amount|amount to buy|amount to get',
    'e_slot:slippageBps': 'slippage|slippage limit|slippage tolerance|max slippage|maximum slippage|price impact',
    'e_slot:deadline': 'deadline|time limit|expiry|due time',
    'e_slot:recipient': 'recipient|receiver|destination address|address|beneficiary',
    'e_slot:chain': 'chain|network|blockchain',
    'e_slot:sell.chain': 'source chain|source|origin chain|origin|source network',
    'e_slot:buy.chain': 'destination chain|destination|target chain|destination network|target network',
    'e_slot:limit': 'limit|minimum|min|max|maximum|floor|min received|minimum received',
    'e_slot:price': 'price|limit price|price limit|price cap|max price',
    'e_slot:budget': 'budget|total|total budget|spending limit|max budget|in total',
    'e_slot:token': 'token|coin|currency',
    'e_slot:buy.token': 'buy token|token to buy|output token|output',
    'e_slot:sell.token': 'sell token|token to sell|input token',
    'e_slot:gpu.count': 'gpu count|number of gpus|gpus|cards',
    'e_slot:cpu': 'cpu count|vcpus|cores',
    'e_slot:memory': 'memory|ram',
    'e_slot:storageGb': 'disk|storage',
    'e_slot:duration': 'duration|time|runtime|length|period|rental period',
    'e_slot:region': 'region|location|place',
    'e_slot:input': 'input',
    'e_slot:count': 'number of times|times|repetitions',
    'e_slot:every': 'interval|frequency|schedule',
    'e_slot:parts': 'parts|slices',
  },
};

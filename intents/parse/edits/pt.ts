/** Edits in Portuguese. */
import type { EditWords } from './words.ts';

export const pt: EditWords = {
  locale: 'pt',
  without: { skip: 'eu quero|quero|queria' },
  words: {
    e_lead:
      'que sejam|que seja|melhor|faça|faz|coloque|coloca|ponha|mude para|mude|mudar para|muda para|altere para|altere|mude isso para|em vez disso|no lugar disso|na verdade|prefiro|quero|eu quero|queria|' +
      'que tal|deixe em|deixa|então|aliás|só|somente|use|atualize|corrija|passe para|passa para|sejam|seja|isso|mas|eu quis dizer|quis dizer|quero dizer|aumente o|diminua o|aumente a|diminua a|igual mas|o mesmo mas',
    e_no: 'não|assim não|nao|errado',
    e_stop: 'esqueça|esquece|cancela|cancele|cancelar|deixa pra lá|deixa para lá|pare|não obrigado|melhor não',
    e_change: 'mude|substitua|altere',
    e_by: 'por|com',
    e_yes: 'sim|certo|ok|isso mesmo|está bem|correto|exato',
    e_undo: 'desfaça|desfazer|desfaz|desfaça isso|volte atrás|volta|como antes|reverta|desfaça a última mudança|volte',
    e_instead: 'em vez de|ao invés de|no lugar de|e não|não',
    e_from: 'de',
    e_be: 'para|=|é|seja|em|são|→|->',
    e_same: 'disso|dessa quantia|desse valor|da quantia',
    e_double: 'o dobro|dobro|dobre|duplique|duas vezes mais|dobre o|dobre a',
    e_self: 'para mim|para a minha carteira|para minha carteira|para o meu endereço|para meu endereço',
    e_drop: 'tire|remova|sem|retire|apague|esqueça o|esqueça a|nenhum|nenhuma',
    'e_slot:amount': 'quantia|quantidade|valor|montante',
    'e_slot:slippageBps': 'slippage|limite de slippage|derrapagem|tolerância',
    'e_slot:deadline': 'prazo|data limite|limite de tempo',
    'e_slot:recipient': 'destinatário|endereço|beneficiário',
    'e_slot:chain': 'rede|cadeia|blockchain',
    'e_slot:sell.chain': 'rede de origem|cadeia de origem|origem',
    'e_slot:buy.chain': 'rede de destino|cadeia de destino|destino',
    'e_slot:limit': 'limite|mínimo|máximo',
    'e_slot:price': 'preço|preço limite',
    'e_slot:budget': 'orçamento|total|no total',
    'e_slot:token': 'token|moeda',
    'e_slot:gpu.count': 'gpus|placas|número de gpus',
    'e_slot:memory': 'memória|ram',
    'e_slot:storageGb': 'disco|armazenamento',
    'e_slot:duration': 'duração|tempo',
    'e_slot:region': 'região|lugar',
    'e_slot:input': 'entrada',
    'e_slot:count': 'número de compras|repetições',
    'e_slot:every': 'frequência|intervalo',
  },
};

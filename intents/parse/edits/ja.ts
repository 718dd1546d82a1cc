/** Edits in Japanese. What is said of a value stands behind it. */
import type { EditWords } from './words.ts';

export const ja: EditWords = {
  locale: 'ja',
  without: { post_to: 'にして', correct: 'じゃなくて|ではなくて', neg: 'ではなく|やめて' },
  words: {
    e_lead:
      'にして|にしてください|に変更|に変更して|に変更してください|に変えて|に変えてください|でお願い|でお願いします|やっぱり|やはり|それより|むしろ|に直して|にします|にしたい|がいい|の方がいい|のほうがいい|' +
      'は|を|で|代わりに|変更|変えて|してください|では|じゃあ|訂正|もう少し|だけ|というのは|つまり|他は同じで|そのままで',
    e_no: 'いいえ|いや|違う|違います|ちがう|だめ',
    e_stop: 'やめて|やめます|やめる|キャンセル|キャンセルして|中止|やっぱりやめる|やっぱりいい|取りやめ',
    e_yes: 'はい|うん|そうです|お願いします|ok|オーケー|その通り|大丈夫',
    e_undo: '元に戻して|元に戻す|戻して|取り消し|変更を取り消して|さっきのに戻して|前に戻して|やり直し|取り消して',
    e_post_instead: 'を|ではなく|じゃなくて|ではなくて|の代わりに|をやめて|から',
    e_be: 'は|を|＝|=|→',
    e_same: 'その|それの|今の',
    e_double: '倍にして|倍に|二倍|2倍|倍|二倍に|2倍に',
    e_self: '自分のウォレットに|自分に|私のウォレットに|自分宛に|自分のウォレットへ',
    e_drop: '削除|外して|なし',
    'e_slot:amount': '数量|金額|量',
    'e_slot:slippageBps': 'スリッページ|許容スリッページ',
    'e_slot:deadline': '期限|締め切り',
    'e_slot:recipient': '受取人|宛先|送り先|アドレス',
    'e_slot:chain': 'チェーン|ネットワーク',
    'e_slot:sell.chain': '送金元チェーン|元のチェーン|支払いチェーン',
    'e_slot:buy.chain': '送金先チェーン|受取チェーン|受け取りチェーン',
    'e_slot:limit': '下限|上限|最低額',
    'e_slot:price': '価格|指値',
    'e_slot:budget': '予算|総予算',
    'e_slot:token': 'トークン|通貨',
    'e_slot:gpu.count': 'gpuの数|gpu数|台数',
    'e_slot:memory': 'メモリ',
    'e_slot:storageGb': 'ディスク|ストレージ',
    'e_slot:duration': '期間|利用時間',
    'e_slot:region': '地域|リージョン|場所',
    'e_slot:input': '入力',
    'e_slot:count': '回数',
    'e_slot:every': '頻度|間隔',
  },
};

/** Edits in German. */
import type { EditWords } from './words.ts';

export const de: EditWords = {
  locale: 'de',
  words: {
    e_lead:
      'mit einer|mit einem|mach daraus|mach das zu|mach|mache|mache daraus|mach es|ändere es auf|ändere das auf|ändere auf|ändere|ändern auf|ändern in|ändere es in|setze|setz|stelle|stell|statt dessen|stattdessen|' +
      'lieber|doch|doch lieber|besser|nimm lieber|nimm|wie wäre es mit|sondern|dann|nur|also|eher|bitte lieber|ich will lieber|ich möchte lieber|ich hätte lieber|soll es sein|sollen es sein|daraus|draus|aber|sagen wir|das|es|ich meinte|ich meine|erhöhe den|erhöhe das|senke den|senke das|erhöhe die|alles andere gleich aber|sonst gleich aber',
    e_no: 'nein|nee|nö|nicht so|falsch',
    e_stop: 'vergiss es|abbrechen|abbruch|lass es|lass das|nein danke|doch nicht|hör auf|stopp|brich ab',
    e_change: 'ändere|ersetze|wechsle|tausche',
    e_by: 'durch|gegen|in',
    e_yes: 'ja|genau|richtig|okay|ok|passt|stimmt|in ordnung',
    e_undo: 'rückgängig|rückgängig machen|mach das rückgängig|mache das rückgängig|mach rückgängig|mache rückgängig|zurück|doch nicht so|nimm das zurück|wie vorher|letzte änderung rückgängig machen',
    e_instead: 'statt|anstatt|anstelle von|statt der|statt den|und nicht|nicht',
    e_from: 'von',
    e_be: 'auf|zu|=|ist|soll sein|in|bei|sei|→|->',
    e_same: 'davon|des betrags|von dem betrag|der menge|so viel|soviel',
    e_double: 'verdopple|verdoppeln|verdopple es|doppelt so viel|das doppelte|doppelt|zweimal so viel|doppelt so lange|verdopple das|verdopple die|verdopple den',
    e_self: 'an mich|zu mir|an meine wallet|in meine wallet|an meine eigene adresse|auf meine wallet|an meine adresse',
    e_drop: 'ohne|entferne|lösche|streiche|weg mit|keine|kein|keinen|lass weg',
    'e_slot:amount': 'betrag|menge|anzahl|summe',
    'e_slot:slippageBps': 'slippage|slippage-limit|schlupf|slippage-grenze|maximale slippage|preisabweichung',
    'e_slot:deadline': 'frist|deadline|zeitlimit|ablaufzeit',
    'e_slot:recipient': 'empfänger|zieladresse|empfängeradresse|adresse',
    'e_slot:chain': 'chain|netzwerk|blockchain|kette',
    'e_slot:sell.chain': 'quellchain|quellnetzwerk|ursprungschain|startchain',
    'e_slot:buy.chain': 'zielchain|zielnetzwerk|ziel-chain|ziel',
    'e_slot:limit': 'limit|mindestbetrag|minimum|untergrenze|maximum|obergrenze',
    'e_slot:price': 'preis|kurs|limitpreis',
    'e_slot:budget': 'budget|gesamtbudget|gesamt',
    'e_slot:token': 'token|währung|coin',
    'e_slot:gpu.count': 'gpus|karten|anzahl der gpus|anzahl gpus',
    'e_slot:memory': 'arbeitsspeicher|ram',
    'e_slot:storageGb': 'festplatte|speicherplatz',
    'e_slot:duration': 'dauer|laufzeit|mietdauer|zeit',
    'e_slot:region': 'region|standort|ort',
    'e_slot:input': 'eingabe',
    'e_slot:count': 'anzahl der käufe|wiederholungen',
    'e_slot:every': 'abstand|intervall|rhythmus',
  },
};

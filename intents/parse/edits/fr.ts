/** Edits in French. */
import type { EditWords } from './words.ts';

export const fr: EditWords = {
  locale: 'fr',
  without: { 'verb:swap': 'change|changer|transforme', skip: 'je veux' },
  words: {
    e_lead:
      'avec un|avec une|plutôt|mets|mets-en|mets-le à|mettez|mets ça à|fais-en|fais|change|changer|change ça en|change en|change pour|passe à|passe|disons|à la place|au lieu de ça|en fait|finalement|je préfère|je veux|' +
      'je veux plutôt|et si on mettait|modifie|corrige|prends|prends plutôt|alors|seulement|ce sera|que ce soit|c\'est|mais|je voulais dire|je veux dire|augmente le|baisse le|augmente la|baisse la|la même chose mais|pareil mais',
    e_no: 'non|pas ça|pas comme ça|nan',
    e_stop: 'laisse tomber|annule|annuler|oublie ça|oublie|arrête|non merci|stop|laisse',
    e_change: 'remplace|change',
    e_by: 'par|avec|contre',
    e_yes: 'oui|d\'accord|ok|exact|c\'est bon|ça marche|parfait',
    e_undo: 'annule ça|annule le changement|défais|défaire|reviens en arrière|retour|comme avant|annule la dernière modification|annule le dernier changement|défais ça|retour en arrière',
    e_instead: 'au lieu de|plutôt que|à la place de|et non|pas|et pas',
    e_from: 'de',
    e_be: 'à|=|est|soit|en|sur|→|->',
    e_same: 'de ça|de cela|de ce montant|du montant',
    e_double: 'le double|double|double-le|deux fois plus|double la|double le',
    e_self: 'à moi|vers mon portefeuille|vers mon wallet|à mon adresse|sur mon portefeuille|pour moi-même',
    e_drop: 'enlève|retire|supprime|sans|oublie|pas de|aucun|aucune',
    'e_slot:amount': 'montant|quantité',
    'e_slot:slippageBps': 'slippage|glissement|limite de slippage|tolérance',
    'e_slot:deadline': 'délai|échéance|date limite|limite de temps',
    'e_slot:recipient': 'destinataire|adresse|bénéficiaire',
    'e_slot:chain': 'chaîne|réseau|chaine',
    'e_slot:sell.chain': 'chaîne d\'origine|réseau d\'origine|chaîne source|source|origine',
    'e_slot:buy.chain': 'chaîne de destination|réseau de destination|destination|chaîne cible',
    'e_slot:limit': 'limite|minimum|maximum',
    'e_slot:price': 'prix|prix limite|cours',
    'e_slot:budget': 'budget|total|au total',
    'e_slot:token': 'token|jeton|monnaie',
    'e_slot:gpu.count': 'gpus|gpu|cartes|nombre de gpus',
    'e_slot:memory': 'mémoire|ram',
    'e_slot:storageGb': 'disque|stockage',
    'e_slot:duration': 'durée|temps',
    'e_slot:region': 'région|lieu',
    'e_slot:input': 'entrée',
    'e_slot:count': 'nombre d\'achats|répétitions',
    'e_slot:every': 'fréquence|intervalle',
  },
};

/** Canonical sentences in French. */
import type { Phrasebook } from '../describe.ts';

export const fr: Phrasebook = {
  locale: 'fr',
  comma: true,
  swap: {
    sellAcross: 'Vends exactement {sold} sur {from} contre au moins {bought} sur {at}',
    sellHere: 'Vends exactement {sold} contre au moins {bought} sur {at}',
    buyAcross: 'Achète exactement {bought} sur {at} pour au plus {sold} sur {from}',
    buyHere: 'Achète exactement {bought} pour au plus {sold} sur {from}',
    to: ', destinataire {to}',
    by: ', au plus tard {by}',
    times: ', accepté avant {taken}, au plus tard {by}',
    end: '.',
  },
  lease: {
    whole: 'Loue {machine} pour au plus {duration}{region}, au plus {rate} par heure au total, au plus {total} au total, sur {chain}, démarré avant {by}.',
    cpu: '{n} vCPU',
    ram: '{n} MiB de RAM',
    disk: '{n} GiB de disque',
    vram: ' {n} MiB de VRAM',
    image: ' avec image {image}',
    region: ' en {region}',
  },
  job: {
    whole: 'Exécute {command}{input} avec au plus {fuel} fuel, au plus {rate} par milliard fuel, au plus {total} au total, sur {chain}, au plus tard {by}.',
    input: ' avec l’entrée "{input}"',
  },
  units: { day: ['jour', 'jours'], hour: ['heure', 'heures'], minute: ['minute', 'minutes'], second: ['seconde', 'secondes'] },
};

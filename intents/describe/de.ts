/** Canonical sentences in German. */
import type { Phrasebook } from '../describe.ts';

export const de: Phrasebook = {
  locale: 'de',
  comma: true,
  swap: {
    sellAcross: 'Verkaufe genau {sold} auf {from} für mindestens {bought} auf {at}',
    sellHere: 'Verkaufe genau {sold} für mindestens {bought} auf {at}',
    buyAcross: 'Kaufe genau {bought} auf {at} für höchstens {sold} auf {from}',
    buyHere: 'Kaufe genau {bought} für höchstens {sold} auf {from}',
    to: ', Empfänger {to}',
    by: ', spätestens bis {by}',
    times: ', angenommen bis {taken}, spätestens bis {by}',
    end: '.',
  },
  lease: {
    whole: 'Miete {machine} für höchstens {duration}{region}, höchstens {rate} pro Stunde insgesamt, höchstens {total} insgesamt, auf {chain}, Beginn bis {by}.',
    cpu: '{n} vCPU',
    ram: '{n} MiB Arbeitsspeicher',
    disk: '{n} GiB Festplatte',
    vram: ' {n} MiB Grafikspeicher',
    image: ' mit Image {image}',
    region: ' in {region}',
  },
  job: {
    whole: 'Starte {command}{input} mit höchstens {fuel} Fuel, höchstens {rate} pro Milliarde Fuel, höchstens {total} insgesamt, auf {chain}, spätestens bis {by}.',
    input: ' mit Eingabe "{input}"',
  },
  units: { day: ['Tag', 'Tage'], hour: ['Stunde', 'Stunden'], minute: ['Minute', 'Minuten'], second: ['Sekunde', 'Sekunden'] },
};

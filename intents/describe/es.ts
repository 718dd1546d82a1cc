/** Canonical sentences in Spanish. */
import type { Phrasebook } from '../describe.ts';

export const es: Phrasebook = {
  locale: 'es',
  comma: true,
  swap: {
    sellAcross: 'Vende exactamente {sold} en {from} por al menos {bought} en {at}',
    sellHere: 'Vende exactamente {sold} por al menos {bought} en {at}',
    buyAcross: 'Compra exactamente {bought} en {at} por como máximo {sold} en {from}',
    buyHere: 'Compra exactamente {bought} por como máximo {sold} en {from}',
    to: ', destinatario {to}',
    by: ', a más tardar {by}',
    times: ', aceptado hasta {taken}, a más tardar {by}',
    end: '.',
  },
  lease: {
    whole: 'Alquila {machine} por como máximo {duration}{region}, como máximo {rate} por hora en total, como máximo {total} en total, en {chain}, empezando antes de {by}.',
    cpu: '{n} vCPU',
    ram: '{n} MiB de RAM',
    disk: '{n} GiB de disco',
    vram: ' {n} MiB de VRAM',
    image: ' con imagen {image}',
    region: ' en {region}',
  },
  job: {
    whole: 'Ejecuta {command}{input} con como máximo {fuel} fuel, como máximo {rate} por mil millones fuel, como máximo {total} en total, en {chain}, a más tardar {by}.',
    input: ' con entrada "{input}"',
  },
  units: { day: ['día', 'días'], hour: ['hora', 'horas'], minute: ['minuto', 'minutos'], second: ['segundo', 'segundos'] },
};

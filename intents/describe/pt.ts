/** Canonical sentences in Portuguese. */
import type { Phrasebook } from '../describe.ts';

export const pt: Phrasebook = {
  locale: 'pt',
  comma: true,
  swap: {
    sellAcross: 'Venda exatamente {sold} em {from} por pelo menos {bought} em {at}',
    sellHere: 'Venda exatamente {sold} por pelo menos {bought} em {at}',
    buyAcross: 'Compre exatamente {bought} em {at} por no máximo {sold} em {from}',
    buyHere: 'Compre exatamente {bought} por no máximo {sold} em {from}',
    to: ', destinatário {to}',
    by: ', o mais tardar {by}',
    times: ', aceito até {taken}, o mais tardar {by}',
    end: '.',
  },
  lease: {
    whole: 'Alugue {machine} por no máximo {duration}{region}, no máximo {rate} por hora no total, no máximo {total} no total, em {chain}, começando até {by}.',
    cpu: '{n} vCPU',
    ram: '{n} MiB de RAM',
    disk: '{n} GiB de disco',
    vram: ' {n} MiB de VRAM',
    image: ' com imagem {image}',
    region: ' em {region}',
  },
  job: {
    whole: 'Execute {command}{input} com no máximo {fuel} fuel, no máximo {rate} por bilhão fuel, no máximo {total} no total, em {chain}, o mais tardar {by}.',
    input: ' com entrada "{input}"',
  },
  units: { day: ['dia', 'dias'], hour: ['hora', 'horas'], minute: ['minuto', 'minutos'], second: ['segundo', 'segundos'] },
};

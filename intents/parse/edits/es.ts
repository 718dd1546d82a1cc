/** Edits in Spanish. */
import type { EditWords } from './words.ts';

export const es: EditWords = {
  locale: 'es',
  without: { 'verb:swap': 'cambia|cambiar|cambie|pasa', skip: 'quiero' },
  words: {
    e_lead:
      'que sean|que sea|mejor|hazlo|haz que sean|haz que sea|ponlo en|pon|ponlo|cámbialo a|cámbialo|cambialo a|cambia a|cambia|cambiar|cambie|cambia eso a|en vez de eso|en lugar de eso|en su lugar|' +
      'mejor dicho|prefiero|quiero|quiero que sean|deja|déjalo en|qué tal|que tal|entonces|actualiza|solo|usa|a ver|pasa a|sean|eso|lo|pero|quería decir|queria decir|quise decir|me refería a|sube el|baja el|sube la|baja la|todo igual pero|lo mismo pero',
    e_no: 'no|no así|así no|mal',
    e_stop: 'olvídalo|olvidalo|cancela|cancelar|cancélalo|déjalo|dejalo|para|detente|no gracias|mejor no',
    e_change: 'cambia|reemplaza|sustituye',
    e_by: 'por|con',
    e_yes: 'sí|si|vale|de acuerdo|correcto|exacto|ok|está bien',
    e_undo: 'deshacer|deshaz|deshazlo|deshaz eso|deshaz el cambio|vuelve atrás|como antes|revierte|anula el cambio|deshaz el último cambio',
    e_instead: 'en vez de|en lugar de|y no|no',
    e_from: 'de',
    e_be: 'a|=|es|sea|en|son|→|->',
    e_same: 'de eso|de ello|de esa cantidad|de la cantidad',
    e_double: 'el doble|doble|duplica|duplícalo|dobla|duplica el|duplica la|el doble de|dóblalo',
    e_self: 'a mí|a mi cartera|a mi wallet|a mi propia cartera|a mi dirección|para mí|a mi billetera',
    e_drop: 'quita|sin|elimina|borra|olvida|quitar|eliminar|ningún|ninguna',
    'e_slot:amount': 'cantidad|monto|importe',
    'e_slot:slippageBps': 'slippage|deslizamiento|límite de slippage|tolerancia|límite de deslizamiento',
    'e_slot:deadline': 'plazo|fecha límite|límite de tiempo',
    'e_slot:recipient': 'destinatario|dirección|receptor',
    'e_slot:chain': 'cadena|red',
    'e_slot:sell.chain': 'cadena de origen|red de origen|origen',
    'e_slot:buy.chain': 'cadena de destino|red de destino|destino',
    'e_slot:limit': 'límite|mínimo|máximo',
    'e_slot:price': 'precio|precio límite',
    'e_slot:budget': 'presupuesto|total|en total',
    'e_slot:token': 'token|moneda',
    'e_slot:gpu.count': 'gpus|tarjetas|número de gpus',
    'e_slot:memory': 'memoria|ram',
    'e_slot:storageGb': 'disco|almacenamiento',
    'e_slot:duration': 'duración|tiempo',
    'e_slot:region': 'región|lugar',
    'e_slot:input': 'entrada',
    'e_slot:count': 'número de compras|repeticiones',
    'e_slot:every': 'frecuencia|intervalo',
  },
};

/** What the user says: `POST /ask`, `POST /answer`. */
import { Hono } from 'hono';
import { decodeAnswer, decodeAsk, readJson } from '../body.ts';
import { limited } from '../limits.ts';
import type { Network } from '../network.ts';

export const asks = ({ desk }: Network) => {
  const limit = limited({ burst: 60, rate: 5 });
  return new Hono()
    .post('/ask', limit, async (c) => {
      const { text, before, ...context } = decodeAsk(await readJson(c));
      return c.json(await desk.ask(text, context, before));
    })
    .post('/answer', limit, async (c) => {
      const { question, optionId, ...context } = decodeAnswer(await readJson(c));
      return c.json(await desk.answer(question, optionId, context));
    });
};

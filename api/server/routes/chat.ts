/** Talking: `POST /chat` answers with the events of one turn, as server-sent events. No turn submits anything. */
import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { stringify } from '../../../intents/json.ts';
import { decodeChat, readJson } from '../body.ts';
import { limited } from '../limits.ts';
import type { Network } from '../network.ts';

export const chat = ({ chat: talk, log }: Network) =>
  new Hono().post('/chat', limited({ burst: 30, rate: 2 }), async (c) => {
    const { conversation, said, wishes } = decodeChat(await readJson(c));
    return streamSSE(c, async (stream) => {
      try {
        for await (const event of talk.turn(conversation, said, wishes)) {
          if (stream.aborted) return;
          await stream.writeSSE({ event: event.type, data: stringify(event) });
        }
      } catch (error) {
        log('chat.failed', { reason: error instanceof Error ? error.message : String(error) });
        await stream.writeSSE({ event: 'error', data: stringify({ type: 'error', code: 'internal', message: 'That did not work; nothing was sent. Try again.' }) });
      }
    });
  });

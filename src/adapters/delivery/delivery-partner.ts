import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { type AxiosResponse, isAxiosError } from 'axios';
import type { Logger } from '../../commands/ports.js';
import { DeliveryError, type DeliveryPartner } from '../../processes/ports/outbound.js';

/** Packed orders come a few at a time. */
const maxSockets = 4;
/** An answer holds a reference; anything much larger is not one. */
const maxAnswerBytes = 64 * 1024;
/**
 * Client errors that a later repeat can get past: we are refused, which an operator puts right, time-out, conflict, too
 * early, too many requests.
 */
const passingStatuses = new Set([401, 403, 407, 408, 409, 425, 429]);

/** Where partners put their reference; the first is the documented one. */
const referenceNames = ['reference', 'id', 'delivery_id', 'deliveryId'] as const;
/** One that PostgreSQL stores and a line of the log can show. */
const usable = /^[^\p{Cc}\p{Cs}]{1,200}$/u;

/**
 * {@link DeliveryPartner} over HTTP: `POST {baseUrl}/deliveries` with the idempotency key `delivery-{orderId}`, answered
 * by 201 `{reference}`. A partner that accepts without a reference knows the delivery by its key, which is the reference
 * then; a web page, half an answer or an error with status 200 accepts nothing. One attempt per call; repeating is the
 * effect's business, which the key makes harmless.
 * @param settings `timeoutMs` for the whole request
 */
export function createDeliveryPartner(settings: {
  baseUrl: string;
  timeoutMs: number;
  logger: Logger;
}): DeliveryPartner {
  const logger = settings.logger.child({ adapter: 'delivery' });
  const agent = { keepAlive: true, maxSockets };
  const http = axios.create({
    baseURL: settings.baseUrl.replace(/\/+$/, ''),
    timeout: settings.timeoutMs,
    maxRedirects: 0,
    maxContentLength: maxAnswerBytes,
    proxy: false,
    httpAgent: new HttpAgent(agent),
    httpsAgent: new HttpsAgent(agent),
    validateStatus: () => true,
  });

  return {
    async schedule(request) {
      const { orderId } = request;
      try {
        const key = `delivery-${orderId}`;
        const answer = await http.post<unknown>('/deliveries', request, {
          headers: { 'idempotency-key': key },
          signal: AbortSignal.timeout(settings.timeoutMs),
        });
        const reference = referenceIn(answer) ?? key;
        logger.info({ orderId, reference }, 'delivery scheduled');
        return { reference };
      } catch (error) {
        const failure = deliveryError(error);
        logger.warn({ orderId, final: failure.final }, failure.message);
        throw failure;
      }
    },
  };
}

function referenceIn({ status, data }: AxiosResponse<unknown>): string | null {
  if (status < 200 || status >= 300) {
    const final = status >= 400 && status < 500 && !passingStatuses.has(status) && !isPage(data);
    throw new DeliveryError(`delivery partner answered ${status}`, final);
  }
  const fields = typeof data === 'object' && data !== null ? (data as Partial<Record<string, unknown>>) : {};
  const named = referenceNames.map((name) => fields[name]);
  const found = named.find((value) => typeof value === 'string' || typeof value === 'number');
  const reference = String(found ?? '').trim();
  if (reference === '' && isNoAcceptance(data, fields)) {
    throw new DeliveryError(`delivery partner answered ${status} with something that is no acceptance`, false);
  }
  return usable.test(reference) ? reference : null;
}

/** For people, from a gateway that finds no way to the partner. */
function isPage(data: unknown): boolean {
  return typeof data === 'string' && data.trimStart().startsWith('<');
}

/** Text comes from a body that is no JSON: `OK` may be one, HTML or half of an object is not. */
function isNoAcceptance(data: unknown, { error, errors, success }: Partial<Record<string, unknown>>): boolean {
  if (typeof data === 'string') return /[<{[]/.test(data);
  return Boolean(error) || Boolean(errors) || success === false;
}

function deliveryError(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  const reason = isAxiosError(error) ? (error.code ?? error.message) : String(error);
  return new DeliveryError(`delivery partner could not be reached: ${reason}`, false, { cause: error });
}

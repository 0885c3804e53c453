import type { AccessTokens } from './access-tokens.js';
import { type ApiCall, type CallSettings, makeCall, type Send } from './call.js';
import type { Transport, WireRequest, WireResponse } from './transport.js';

export interface Api {
  /** @throws WarehouseError */
  call<Answer>(call: ApiCall<Answer>): Promise<Answer>;
}

/** Calls that carry an access token. A refused token is renewed once; when the new one is refused too, that is final. */
export function createApi(settings: CallSettings, transport: Transport, tokens: AccessTokens): Api {
  const authorized: Send = async (request, attempt, signal) => {
    const token = await tokens.get();
    const response = await transport.send(bearing(request, token), attempt, signal);
    if (response.status !== 401) return accepted(response);
    // The request was turned away at the door, so even a create can be repeated.
    await tokens.refused(token);
    const renewed = await tokens.get();
    const second = await transport.send(bearing(request, renewed), attempt, signal);
    if (second.status !== 401) return accepted(second);
    await tokens.refused(renewed);
    throw tokens.distrust(request.route);
  };
  function accepted(response: WireResponse): WireResponse {
    tokens.accepted();
    return response;
  }
  return { call: (call) => makeCall(settings, call, authorized) };
}

function bearing(request: WireRequest, token: string): WireRequest {
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } };
}

/** The caller's side of the contract over any transport that can carry one message each way. */
import { fromErrorData } from '../domain/errors.ts';
import type { Answer, EventName, Events, RequestArguments, RequestName, RequestValue } from './contract.ts';

/** What a transport must do: carry a request to its answer, and hand over events. */
export type Transport = {
  request(name: RequestName, argument: unknown): Promise<Answer<unknown>>;
  /** Calls `listener` for each event until the returned function is called. */
  subscribe(listener: (name: EventName, payload: unknown) => void): () => void;
};

/** The contract as functions. */
export type Client = {
  /** @throws AppError with the code that the host answered. */
  call<K extends RequestName>(name: K, argument: RequestArguments<K>): Promise<RequestValue<K>>;
  /** @returns the function that ends the subscription. */
  on<K extends EventName>(name: K, listener: (payload: Events[K]) => void): () => void;
};

/** A client over a transport. */
export function createClient(transport: Transport): Client {
  return {
    call: async <K extends RequestName>(name: K, argument: RequestArguments<K>) => {
      const answer = await transport.request(name, argument);
      if (!answer.ok) throw fromErrorData(answer.error);
      return answer.value as RequestValue<K>;
    },
    on: <K extends EventName>(name: K, listener: (payload: Events[K]) => void) =>
      transport.subscribe((heard, payload) => {
        if (heard === name) listener(payload as Events[K]);
      }),
  };
}

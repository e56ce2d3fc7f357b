import { initialState, reduce, type Action, type ChatState } from "./state";

export interface Store {
  state(): ChatState;
  dispatch(action: Action): void;
  subscribe(listener: (state: ChatState, before: ChatState) => void): void;
}

export function createStore(): Store {
  let state = initialState;
  const listeners: Array<(state: ChatState, before: ChatState) => void> = [];
  return {
    state: () => state,
    dispatch(action) {
      const before = state;
      state = reduce(state, action);
      if (state !== before) listeners.forEach((listener) => listener(state, before));
    },
    subscribe: (listener) => void listeners.push(listener),
  };
}

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Chat } from "../chat";
import type { Translator } from "../core/i18n";

export interface Surroundings {
  chat: Chat;
  t: Translator;
  /** The chat's own address, for paths in messages. */
  base: string;
}

export const Surround = createContext<Surroundings | null>(null);

export function useSurroundings(): Surroundings {
  const found = useContext(Surround);
  if (!found) throw new Error("No surroundings around this component");
  return found;
}

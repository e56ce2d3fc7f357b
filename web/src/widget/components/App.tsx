import type { JSX } from "preact";
import type { ChatState } from "../core/state";
import { Composer } from "./Composer";
import { Header } from "./Header";
import { Log } from "./Log";
import { Surround, useSurroundings, type Surroundings } from "./context";

interface Props {
  state: ChatState;
  surroundings: Surroundings;
  title: string;
  close: (() => void) | null;
}

export function App({ state, surroundings, title, close }: Props): JSX.Element {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && !event.isComposing) close?.();
  };
  return (
    <Surround.Provider value={surroundings}>
      <main class="panel" onKeyDown={onKeyDown}>
        <Header state={state} title={title || surroundings.t("title")} close={close} />
        <Log state={state} />
        <Banner state={state} />
        <Composer key={state.customer} />
      </main>
    </Surround.Provider>
  );
}

/** What keeps the chat from working, in words. */
function Banner({ state }: { state: ChatState }): JSX.Element {
  const { chat, t } = useSurroundings();
  const words =
    state.problem !== null
      ? state.problem || t(navigator.onLine ? "start_failed" : "no_network")
      : state.connection === "lost" && t("state_lost");
  return (
    <div role="status">
      {words && (
        <div class="banner">
          <span>{words}</span>
          <button type="button" class="text-button" onClick={() => chat.wake()}>
            {t("try_again")}
          </button>
        </div>
      )}
    </div>
  );
}

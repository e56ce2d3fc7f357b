import type { JSX } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { startOfDay } from "../core/days";
import type { Translator } from "../core/i18n";
import type { ChatState } from "../core/state";
import { timeline, type Line } from "../core/timeline";
import { Icon } from "./Icon";
import { Message } from "./Message";
import { Rating } from "./Rating";
import { useSurroundings } from "./context";

const NEAR_END_PX = 60;

/** The conversation. It follows its end, unless the customer has scrolled up to read. */
export function Log({ state }: { state: ChatState }): JSX.Element {
  const { t } = useSurroundings();
  const lines = useMemo(() => timeline(state), [state.events, state.pending, state.ratedSeq]);
  const { scroller, follow, behind, onScroll } = useFollowing(lines, state);
  return (
    <div class="stage">
      <div class="scroll" ref={scroller} onScroll={onScroll} tabIndex={0} aria-label={t("conversation")} role="region">
        <div class="log" role="log" aria-live={state.settled ? "polite" : "off"} aria-label={t("conversation")}>
          {lines.map((line) => (
            <LineView key={line.key} line={line} />
          ))}
        </div>
        <Typing on={state.typing || isStarting(state)} />
      </div>
      {behind && (
        <button type="button" class="jump" onClick={follow}>
          <Icon name="down" />
          {t("new_messages")}
        </button>
      )}
    </div>
  );
}

function isStarting(state: ChatState): boolean {
  return !state.settled && state.problem === null && !state.events.length;
}

function useFollowing(lines: readonly Line[], state: ChatState) {
  const scroller = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [behind, setBehind] = useState(false);
  const last = lines.at(-1);
  const ownIsLast = last?.kind === "message" && last.message.pending !== null;
  const follow = (): void => {
    const element = scroller.current;
    element?.scrollTo({ top: element.scrollHeight });
    setBehind(false);
  };
  useLayoutEffect(() => {
    if (atEnd.current || ownIsLast) follow();
    else setBehind(true);
  }, [lines.length, last?.key, state.typing, state.open]);
  useLayoutEffect(() => keepAtEnd(scroller.current, atEnd), []);
  const onScroll = (): void => {
    const element = scroller.current;
    if (!element) return;
    atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END_PX;
    if (atEnd.current) setBehind(false);
  };
  return { scroller, follow, behind, onScroll };
}

/** Pictures that load late, a keyboard that opens: the end stays in sight. */
function keepAtEnd(element: HTMLElement | null, atEnd: { current: boolean }): () => void {
  if (!element) return () => undefined;
  const observer = new ResizeObserver(() => atEnd.current && element.scrollTo({ top: element.scrollHeight }));
  observer.observe(element);
  if (element.firstElementChild) observer.observe(element.firstElementChild);
  return () => observer.disconnect();
}

function LineView({ line }: { line: Line }): JSX.Element | null {
  const { t } = useSurroundings();
  switch (line.kind) {
    case "message":
      return <Message message={line.message} first={line.firstOfGroup} last={line.lastOfGroup} />;
    case "day":
      return <p class="day">{dayWords(line.at, t)}</p>;
    case "owner":
      return <p class="notice">{ownerWords(line, t)}</p>;
    case "feedback":
      return <Rating seq={line.seq} done={line.done} />;
  }
}

function ownerWords({ owner, name }: Extract<Line, { kind: "owner" }>, t: Translator): string {
  if (owner === "with_agent") return name ? t("joined", { name }) : t("joined_unnamed");
  if (owner === "waiting_for_agent") return t("waiting");
  return t(owner === "closed" ? "closed" : "left");
}

function dayWords(at: number, t: Translator): string {
  const days = Math.round((startOfDay(Date.now()) - startOfDay(at)) / 86_400_000);
  if (days === 0) return t("today");
  if (days === 1) return t("yesterday");
  return new Intl.DateTimeFormat(t.region, { weekday: "long", day: "numeric", month: "long" }).format(at);
}

function Typing({ on }: { on: boolean }): JSX.Element {
  const { t } = useSurroundings();
  return (
    <div role="status">
      {on && (
        <div class="typing">
          <i />
          <i />
          <i />
          <span class="unseen">{t("typing")}</span>
        </div>
      )}
    </div>
  );
}

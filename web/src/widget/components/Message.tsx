import type { JSX } from "preact";
import { safeUrl } from "../core/linkify";
import type { Shown } from "../core/timeline";
import { Cards } from "./Cards";
import { Choices } from "./Choices";
import { Icon } from "./Icon";
import { OutLink, Words } from "./Words";
import { useSurroundings } from "./context";

interface Props {
  message: Shown;
  first: boolean;
  last: boolean;
}

export function Message({ message, first, last }: Props): JSX.Element {
  const { t } = useSurroundings();
  const own = message.author === "customer";
  const author = message.name ?? t(`author_${message.author}`);
  const named = message.author === "agent" && first;
  return (
    <div class={classes(message, own, first, last)}>
      <span class={named ? "by" : "unseen"}>{named ? author : `${author}: `}</span>
      {message.text && (
        <div class="bubble">
          <Words text={message.text} trusted={!own} />
        </div>
      )}
      {message.attachments.map((file) => (
        <FileLine key={file.id} name={file.name ?? t("file")} url={file.url} />
      ))}
      <Cards cards={message.cards} />
      <Choices choices={message.choices} />
      <Meta message={message} last={last} />
    </div>
  );
}

function classes(message: Shown, own: boolean, first: boolean, last: boolean): string {
  const { pending } = message;
  const names = {
    own,
    first,
    last,
    wide: message.cards.length > 0,
    unsent: pending?.delivery === "waiting",
    refused: pending?.refused,
  };
  return ["message", ...Object.entries(names).flatMap(([name, on]) => (on ? name : []))].join(" ");
}

function FileLine({ name, url }: { name: string; url: string | undefined }): JSX.Element {
  const { base } = useSurroundings();
  const href = safeUrl(url, base);
  const words = (
    <>
      <Icon name="file" />
      <span>{name}</span>
    </>
  );
  return href ? (
    <OutLink href={href} class="file">
      {words}
    </OutLink>
  ) : (
    <span class="file">{words}</span>
  );
}

/** When it was said, or how far it has come. */
function Meta({ message, last }: { message: Shown; last: boolean }): JSX.Element | null {
  const { t } = useSurroundings();
  const { pending } = message;
  if (pending?.refused) return <Refused clientId={pending.clientId} why={pending.refused} />;
  if (pending?.delivery === "waiting") return <Unsent />;
  if (pending && pending.delivery !== "sent") return last ? <div class="meta">{t("sending")}</div> : null;
  if (!last || Number.isNaN(message.at)) return null;
  const clock = new Intl.DateTimeFormat(t.region, { hour: "numeric", minute: "2-digit" });
  return (
    <time class="meta" dateTime={new Date(message.at).toISOString()}>
      {clock.format(message.at)}
    </time>
  );
}

function Unsent(): JSX.Element {
  const { chat, t } = useSurroundings();
  return (
    <div class="meta">
      <span class="why">{t("unsent")}</span>
      <button type="button" class="text-button" onClick={() => chat.retry()}>
        {t("try_again")}
      </button>
    </div>
  );
}

function Refused({ clientId, why }: { clientId: string; why: string }): JSX.Element {
  const { chat, t } = useSurroundings();
  return (
    <div class="meta">
      <span class="why">
        {t("refused")}. {why}
      </span>
      <button type="button" class="text-button" onClick={() => chat.retry(clientId)}>
        {t("try_again")}
      </button>
      <button type="button" class="text-button" onClick={() => chat.remove(clientId)}>
        {t("remove")}
      </button>
    </div>
  );
}

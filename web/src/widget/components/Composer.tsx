import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { MAX_CHARACTERS, countCharacters } from "../core/types";
import { ACCEPTED } from "../net/upload";
import { Icon } from "./Icon";
import { UploadList } from "./UploadList";
import { useSurroundings } from "./context";
import { useUploads, type Uploads } from "./uploads";

const COUNT_FROM = MAX_CHARACTERS * 0.9;

/** Where the customer writes. */
export function Composer(): JSX.Element {
  const { chat, t } = useSurroundings();
  const [text, setText] = useState("");
  const [tried, setTried] = useState(false);
  const uploads = useUploads();
  const count = countCharacters(text.trim());
  const tooLong = count > MAX_CHARACTERS;
  const files = uploads.list.flatMap((one) => one.done ?? []);
  const uploading = uploads.list.some((one) => !one.done && !one.problem);
  const ready = (count > 0 || files.length > 0) && !uploading;

  const send = (event: Event): void => {
    event.preventDefault();
    setTried(tooLong);
    if (tooLong || !ready) return;
    chat.sendText(text.trim(), files);
    setText("");
    uploads.clear();
  };
  return (
    <form class="composer" onSubmit={send}>
      <UploadList uploads={uploads} />
      <div class={tooLong ? "field wrong" : "field"}>
        <AttachButton uploads={uploads} />
        <Field text={text} setText={setText} send={send} tooLong={tooLong} uploads={uploads} />
        <button type="submit" class="icon-button send" disabled={!ready} aria-label={t("send")}>
          <Icon name="send" />
        </button>
      </div>
      <Limit count={count} alert={tried && tooLong} />
    </form>
  );
}

/** Tells how long the message is when the end comes near, and what to do beyond it. */
function Limit({ count, alert }: { count: number; alert: boolean }): JSX.Element | null {
  const { t } = useSurroundings();
  if (count < COUNT_FROM) return null;
  const tooLong = count > MAX_CHARACTERS;
  const format = new Intl.NumberFormat(t.region);
  const [n, max] = [format.format(count), format.format(MAX_CHARACTERS)];
  return (
    <p id="limit" class={tooLong ? "hint wrong" : "hint"} role={alert ? "alert" : undefined}>
      {t("count", { n, max })}
      {tooLong && `. ${t("too_long", { max })}`}
    </p>
  );
}

interface FieldProps {
  text: string;
  setText: (text: string) => void;
  send: (event: Event) => void;
  tooLong: boolean;
  uploads: Uploads;
}

function Field({ text, setText, send, tooLong, uploads }: FieldProps): JSX.Element {
  const { t } = useSurroundings();
  const field = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => grow(field.current), [text]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) send(event);
  };
  const onPaste = (event: ClipboardEvent): void => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    uploads.add(files);
  };
  return (
    <textarea
      ref={field}
      id="compose"
      rows={1}
      value={text}
      placeholder={t("compose")}
      aria-label={t("compose")}
      aria-invalid={tooLong}
      aria-describedby="limit"
      enterkeyhint="send"
      autocomplete="off"
      onInput={(event) => setText(event.currentTarget.value)}
      onKeyDown={onKeyDown}
      onPaste={onPaste}
    />
  );
}

function grow(field: HTMLTextAreaElement | null): void {
  if (!field) return;
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
}

function AttachButton({ uploads }: { uploads: Uploads }): JSX.Element {
  const { t } = useSurroundings();
  const input = useRef<HTMLInputElement>(null);
  const take = (): void => {
    if (!input.current) return;
    uploads.add([...(input.current.files ?? [])]);
    input.current.value = "";
    document.getElementById("compose")?.focus();
  };
  return (
    <>
      <input ref={input} type="file" multiple hidden accept={ACCEPTED} onChange={take} />
      <button
        type="button"
        class="icon-button"
        onClick={() => input.current?.click()}
        aria-label={t("attach")}
        title={t("attach_hint")}
      >
        <Icon name="attach" />
      </button>
    </>
  );
}

import type { JSX } from "preact";
import { Icon } from "./Icon";
import { useSurroundings } from "./context";
import type { Upload, Uploads } from "./uploads";

export function UploadList({ uploads }: { uploads: Uploads }): JSX.Element | null {
  if (!uploads.list.length) return null;
  return (
    <ul class="uploads">
      {uploads.list.map((one) => (
        <UploadItem key={one.key} one={one} remove={() => uploads.remove(one.key)} />
      ))}
    </ul>
  );
}

function UploadItem({ one, remove }: { one: Upload; remove: () => void }): JSX.Element {
  const { t } = useSurroundings();
  return (
    <li class={one.problem ? "upload wrong" : "upload"}>
      <Icon name="file" />
      <div class="upload-words">
        {one.problem ? <span role="alert">{one.problem}</span> : one.name}
        {!one.problem && !one.done && (
          <progress max={1} value={one.progress} aria-label={t("uploading", { name: one.name })} />
        )}
      </div>
      {one.again && (
        <button type="button" class="icon-button" onClick={one.again} aria-label={t("try_again")}>
          <Icon name="again" />
        </button>
      )}
      <button type="button" class="icon-button" onClick={remove} aria-label={t("remove_file", { name: one.name })}>
        <Icon name="close" />
      </button>
    </li>
  );
}

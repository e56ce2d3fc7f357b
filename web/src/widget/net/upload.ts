import { ApiError, detailOf } from "./api";

const TYPES = ["image/jpeg", "image/png", "application/pdf"];
const ENDINGS = /\.(?:jpe?g|png|pdf)$/i;
const LARGEST = 10 * 1024 * 1024;

export const ACCEPTED = `${TYPES.join(",")},.jpg,.jpeg,.png,.pdf`;
export const MOST_FILES = 5;

/** Why a file cannot be sent, as the key of a sentence; the server looks at the content itself. */
export function refusal(file: File): "attach_type" | "attach_size" | "attach_empty" | null {
  if (!(file.type ? TYPES.includes(file.type) : ENDINGS.test(file.name))) return "attach_type";
  if (file.size > LARGEST) return "attach_size";
  return file.size === 0 ? "attach_empty" : null;
}

/** Uploads one file. `fetch` cannot tell how far an upload has come, so this is an XMLHttpRequest. */
export function upload(
  url: string,
  token: string,
  file: File,
  progress: (share: number) => void,
  signal: AbortSignal,
): Promise<{ id: string }> {
  const body = new FormData();
  body.append("file", file, file.name);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.responseType = "json";
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onerror = request.onabort = () => reject(new ApiError(0, null));
    request.onload = () => settle(request, resolve, reject);
    signal.addEventListener("abort", () => request.abort());
    request.send(body);
  });
}

function settle(request: XMLHttpRequest, resolve: (value: { id: string }) => void, reject: (why: ApiError) => void): void {
  const answer: unknown = request.response;
  const id = (answer as { id?: unknown } | null)?.id;
  if (request.status < 300 && id !== undefined) resolve({ id: String(id) });
  else reject(new ApiError(request.status < 300 ? 0 : request.status, detailOf(answer)));
}

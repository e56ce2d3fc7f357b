// Fails the build when what a shop's customers download has grown past its limits.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const LOADER_LIMIT = 3 * 1024;
const APP_LIMIT = 40 * 1024;

const gzipped = (path) => gzipSync(readFileSync(path), { level: 9 }).length;
const filesIn = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

function report(name, bytes, limit) {
  const fits = bytes <= limit;
  console.log(`${fits ? "ok  " : "OVER"} ${name}: ${bytes} of ${limit} bytes`);
  return fits;
}

const loader = readFileSync(join(dist, "widget.js")).length;
const app = filesIn(join(dist, "widget")).reduce((sum, path) => sum + gzipped(path), 0);
const fits = [report("loader (plain)", loader, LOADER_LIMIT), report("chat (gzipped)", app, APP_LIMIT)];
process.exit(fits.every(Boolean) ? 0 : 1);

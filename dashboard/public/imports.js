// The list of imports, kept up to date by the live stream.

import { call, listen, signedIn } from "./api.js";
import { $, during, tell } from "./ui.js";

const SHOWN = 20;
/** After so many milliseconds without news of an open import it is asked for. */
const PATIENCE = 4000;
const jobs = new Map();

const isOpen = (job) => job.status === "pending" || job.status === "running";
const title = (job) => job.product_data?.title ?? job.previewed_title ?? job.product_url ?? job.source;

function draw(job) {
  const known = $("imports").querySelector(`li[data-id="${job.id}"]`);
  const item = known ?? $("import-item").content.cloneNode(true).firstElementChild;
  const part = (name) => item.querySelector(name);
  item.dataset.id = job.id;
  part(".status").textContent = job.status;
  part(".status").className = `badge status ${job.status}`;
  part(".title").textContent = title(job);
  part("progress").hidden = !isOpen(job);
  part("progress").value = job.progress_percent;
  part("progress").ariaLabel = `Progress of ${title(job)}`;
  part(".step").textContent = job.error_message ?? job.message ?? "";
  part(".step").classList.toggle("failed", job.status === "failed");
  part(".shop-link").hidden = !job.store_product_url;
  if (job.store_product_url) part(".shop-link").href = job.store_product_url;
  part(".shop-link").ariaLabel = `Open in the shop: ${title(job)}`;
  for (const [name, shown] of [["cancel", isOpen(job)], ["retry", ["failed", "cancelled"].includes(job.status)]]) {
    part(`.${name}`).hidden = !shown;
    part(`.${name}`).ariaLabel = `${name === "cancel" ? "Cancel" : "Retry"}: ${title(job)}`;
  }
  if (!known) $("imports").prepend(item);
  $("no-imports").hidden = true;
}

/** Takes what is known of a job now; what is not said stays. */
export function take(job) {
  const before = jobs.get(job.id);
  jobs.set(job.id, { ...before, ...job, heard: Date.now() });
  draw(jobs.get(job.id));
}

/** Takes a job that was just made; what the stream has told of it already is newer. */
export function begin(job, previewed_title) {
  take(jobs.has(job.id) ? { id: job.id, previewed_title } : { ...job, previewed_title });
}

$("imports").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const item = button.closest("li");
  const action = button.classList.contains("cancel") ? "cancel" : "retry";
  during(button, async () => {
    take({ message: "", ...(await call("POST", `/imports/${item.dataset.id}/${action}`)) });
    // The button is gone; the other one stands in its place.
    item.querySelector("button:not([hidden])")?.focus();
  });
});

export async function loadImports() {
  const { items } = await call("GET", `/imports?limit=${SHOWN}`);
  for (const job of items.reverse()) take(job);
  $("no-imports").hidden = jobs.size > 0;
}

async function onEvent(name, data) {
  if (name !== "import") return;
  const { id } = data;
  const before = jobs.get(id);
  // News of an import under way is all there is to know.
  if (before && isOpen(before) && isOpen(data)) return take(data);
  // Else ask for the whole job: for its title and its address in the shop, and
  // because a late word of progress must not bring an ended import back to life.
  const job = await call("GET", `/imports/${id}`);
  take(job.status === data.status ? { ...job, message: data.message } : job);
  if (data.status === "completed") tell(data.message, "news");
}

function live(on) {
  $("live").textContent = on ? "live" : "connecting …";
  $("live").classList.toggle("on", on);
}

/** Follows the stream, again and again, for as long as the merchant is signed in. */
export async function follow() {
  for (let pause = 1000; signedIn(); pause = Math.min(pause * 2, 30_000)) {
    try {
      await listen(onEvent, async () => {
        live(true);
        pause = 1000;
        // What happened while nobody listened.
        await loadImports();
      });
    } catch {
      // Said by the mark beside the heading.
    }
    live(false);
    await new Promise((resume) => setTimeout(resume, pause));
  }
}

/** A worker elsewhere, or a stream that broke, must not leave the page behind. */
setInterval(() => {
  if (!signedIn() || document.hidden) return;
  for (const job of jobs.values()) {
    if (!isOpen(job) || Date.now() - job.heard < PATIENCE) continue;
    job.heard = Date.now();
    call("GET", `/imports/${job.id}`).then(take, () => {});
  }
}, PATIENCE / 2);

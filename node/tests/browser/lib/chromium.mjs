// The browser: Debian's Chromium, without a profile and without any service of its maker.
import { chromium } from "playwright-core";

const EXECUTABLE = process.env.TOMOSHIBI_CHROMIUM ?? "/usr/bin/chromium";
const ARGUMENTS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
  // Else it tells its maker the shape of every form, and asks what to fill in.
  "--disable-features=AutofillServerCommunication,OptimizationHints,MediaRouter,Translate",
];

/** Starts it. `home` is where its trusted roots are looked for. */
export function launch({ home, more = [] } = {}) {
  const env = home ? { ...process.env, HOME: home } : process.env;
  return chromium.launch({ executablePath: EXECUTABLE, args: [...ARGUMENTS, ...more], env });
}

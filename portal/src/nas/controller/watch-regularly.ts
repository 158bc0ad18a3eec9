import type { FastifyInstance } from "fastify";
import type { Portal } from "../../portal.ts";
import { adapterOf, isHandOff } from "../index.ts";
import { carryOutCommands } from "./commands.ts";
import { openControllerWatch } from "./watch.ts";

/** How often it is looked whether somebody's turn has come, or staff want a guest off. */
const TICK_SECONDS = 5;

/** Looks after the guests of controllers for as long as the portal listens. */
export function watchControllers(app: FastifyInstance, portal: Portal): void {
  const { store, clock, log, nasTools } = portal;
  const known = (nas: Parameters<typeof adapterOf>[0]) => (isHandOff(nas) ? adapterOf(nas) : null);
  const options = { ...nasTools, store, clock, log, adapterOf: known };
  const watch = openControllerWatch(options);
  let isLooking = false;
  const tick = async (): Promise<void> => {
    // One that takes its time is not asked twice at once.
    if (isLooking) return;
    isLooking = true;
    try {
      await carryOutCommands(options);
      await watch.look();
    } catch (err) {
      log.error({ err }, "could not look after the guests of controllers");
    } finally {
      isLooking = false;
    }
  };
  let timer: NodeJS.Timeout | null = null;
  app.addHook("onListen", async () => {
    timer = setInterval(() => void tick(), TICK_SECONDS * 1000);
  });
  app.addHook("onClose", async () => {
    if (timer) clearInterval(timer);
    await nasTools.controllers.close();
  });
}

// Talking to the kernel while a cell runs.
import type { AnyModel } from "@anywidget/types";

const HELLOS = [0, 1000, 4000]; // milliseconds

/**
 * Say hello to the kernel a few times; return the timers.
 *
 * The front end stamps a widget's messages with a subshell, a thread that answers inside a busy cell; but ipykernel sends
 * them to the thread that spoke last on the widget's channel, and that is the main one as long as only cells spoke. The
 * kernel's answer to a hello turns the channel over to the subshell. The subshell starts some time after the first
 * drawing: hence several hellos.
 */
export function greet(model: Pick<AnyModel, "send">): ReturnType<typeof setTimeout>[] {
  const hello = (): void => {
    try {
      model.send({ hello: true });
    } catch {
      // the kernel is gone: nobody is there to be greeted
    }
  };
  return HELLOS.map((wait) => setTimeout(hello, wait));
}

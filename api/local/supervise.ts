/** Runs the network's own processes: starts them in order, keeps them running, stops all and leaves none behind. */
import { type Runner, runService, type Service, type ServiceOptions } from './service.ts';

export type { Service, ServiceOptions } from './service.ts';

export type Supervisor = {
  pid(name: string): number | undefined;
  /** How often a service was started again. */
  restarts(name: string): number;
  /** Stops the services one by one, the last first. */
  stop(): Promise<void>;
};

/** Starts all services; resolves when all are ready. Throws `service_failed` when one does not become so, with all stopped again. */
export async function supervise(services: Service[], options: ServiceOptions): Promise<Supervisor> {
  const runners = new Map(services.map((service) => [service.name, runService(service, options)]));
  const named = (name: string): Runner => {
    const runner = runners.get(name);
    if (!runner) throw new Error(`no service is called ${name}`);
    return runner;
  };
  const stop = async (): Promise<void> => {
    const lastFirst = [...runners.values()].reverse();
    // None may be started again while the others go.
    for (const runner of lastFirst) runner.hold();
    for (const runner of lastFirst) await runner.stop();
  };
  try {
    await Promise.all(
      services.map(async ({ name, after = [] }) => {
        await Promise.all(after.map((other) => named(other).ready));
        await named(name).start();
      }),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { pid: (name) => named(name).pid(), restarts: (name) => named(name).restarts(), stop };
}

/** The folder that the environment names, if any. */
export function readDemoFolder(environment = process.env): string | undefined {
  return environment.FOYER_DEMO_FOLDER || undefined;
}

/** The environment of a child process: this one's, with what is set for it. */
export function childEnvironment(
  settings: Readonly<Record<string, string>>,
  environment = process.env,
): NodeJS.ProcessEnv {
  return { ...environment, ...settings };
}

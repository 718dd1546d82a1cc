/** Tracing of the agent library is off, whatever the environment says: conversations leave this process for the configured model only. */

export function withoutTracing(): void {
  for (const name of ['LANGSMITH_TRACING', 'LANGSMITH_TRACING_V2', 'LANGCHAIN_TRACING_V2']) process.env[name] = 'false';
}

/**
 * Lines to a stream, gathered and written some milliseconds later in one go, so that a log line
 * costs a call no system call. What waits is bounded: a reader that stalls loses lines, never memory.
 */

export interface ByteOutput {
  write(bytes: Uint8Array): Promise<number>;
}

const DELAY_MS = 20;
/** Written at once beyond this, whatever the delay. */
const BATCH_CHARS = 64 * 1024;
const MAX_WAITING_CHARS = 8 * 1024 * 1024;

export class LineWriter {
  readonly #output: ByteOutput;
  readonly #encoder = new TextEncoder();
  #waiting = "";
  #lost = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #writing: Promise<void> | null = null;

  constructor(output: ByteOutput) {
    this.#output = output;
  }

  /** Lines that were dropped because nobody read. */
  get lost(): number {
    return this.#lost;
  }

  write(line: string): void {
    if (this.#waiting.length > MAX_WAITING_CHARS) {
      this.#lost += 1;
      return;
    }
    this.#waiting += line + "\n";
    if (this.#waiting.length >= BATCH_CHARS) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), DELAY_MS);
  }

  /** Resolves when all that was written before is out, or the stream has failed. */
  async flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    while (this.#waiting !== "" || this.#writing) {
      this.#writing ??= this.#writeOut().finally(() => this.#writing = null);
      await this.#writing;
    }
  }

  async #writeOut(): Promise<void> {
    const bytes = this.#encoder.encode(this.#waiting);
    this.#waiting = "";
    try {
      for (let done = 0; done < bytes.length;) {
        done += await this.#output.write(bytes.subarray(done));
      }
    } catch {
      // The reader is gone. There is no better place to say so.
    }
  }
}

import { fork, type ChildProcess } from 'node:child_process';
import { tooLong, type Fault, type Reply, type Request } from './message.js';

/** Runs inputs in a process of its own, so that one that never ends or takes all memory is a fault like any other. */

export interface Limits {
  /** Of the processor, for one input. */
  readonly seconds: number;
  readonly megabytes: number;
}

/** So much longer than its time on the processor may an input take: other programs run too. */
const PATIENCE = 20;

function ended(stderr: string, limits: Limits): Fault {
  const problem = stderr.includes(tooLong)
    ? `the input takes more than ${limits.seconds} s`
    : /heap out of memory|allocation failed/i.test(stderr)
      ? `the input takes more than ${limits.megabytes} MB`
      : 'the process ended';
  return { message: problem, stack: stderr.slice(-3000).replace(/\n\s+at /g, '\n ') };
}

export class Runner {
  readonly #file: string;
  readonly #limits: Limits;
  #child: ChildProcess | undefined;
  #stderr = '';
  #isFresh = true;

  /** @param file the built `child.js` */
  constructor(file: string, limits: Limits) {
    this.#file = file;
    this.#limits = limits;
  }

  #start(): ChildProcess {
    this.#stderr = '';
    this.#isFresh = true;
    const child = fork(this.#file, [String(2 * this.#limits.seconds)], {
      execArgv: [`--max-old-space-size=${this.#limits.megabytes}`],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-10_000);
    });
    return child;
  }

  /** What the process answers, or that it had to be ended. */
  #ask(child: ChildProcess, request: Request): Promise<Reply | Fault> {
    return new Promise((resolve) => {
      const end = (answer: Reply | Fault): void => {
        clearTimeout(deadline);
        child.removeAllListeners('message').removeAllListeners('exit').removeAllListeners('error');
        resolve(answer);
      };
      const limit = PATIENCE * this.#limits.seconds;
      const deadline = setTimeout(() => {
        end({
          message: `the input takes more than ${this.#limits.seconds} s`,
          stack: `killed after ${limit} s`,
        });
      }, 1000 * limit);
      child.once('message', (reply) => end(reply as Reply)); // the protocol's
      child.once('exit', () => end(ended(this.#stderr, this.#limits)));
      child.once('error', (error) => end({ message: error.message, stack: '' }));
      child.send(request);
    });
  }

  /** @returns what is wrong; time and memory that are exceeded are told only where they are again in a new process */
  async run(target: string, input: unknown): Promise<Fault | undefined> {
    const child = (this.#child ??= this.#start());
    const wasFresh = this.#isFresh;
    const answer = await this.#ask(child, { target, input });
    this.#isFresh = false;
    if ('message' in answer) {
      this.stop();
      // What inputs before it left behind is not its fault; that takes no such time.
      return wasFresh || answer.stack.includes(tooLong) ? answer : this.run(target, input);
    }
    const { fault, seconds, megabytes } = answer;
    if (fault !== undefined) return fault;
    const excess =
      seconds > this.#limits.seconds
        ? { message: `the input takes more than ${this.#limits.seconds} s`, stack: `${seconds} s` }
        : megabytes > this.#limits.megabytes
          ? { message: `the input takes more than ${this.#limits.megabytes} MB`, stack: `${megabytes} MB` }
          : undefined;
    if (excess === undefined) return undefined;
    this.stop();
    return wasFresh ? excess : this.run(target, input);
  }

  stop(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }
}

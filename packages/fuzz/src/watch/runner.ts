import { fork, type ChildProcess } from 'node:child_process';
import { takesLong, tooLong, type Fault, type Reply, type Request } from './message.js';
import type { Target } from '../target.js';

/** Runs inputs in a process of its own, so that one that never ends or takes all memory is a fault like any other. */

/** So much longer than its time on the processor may an input take: other programs run too. */
const PATIENCE = 20;

function ended(stderr: string, { seconds }: Request, megabytes: number): Fault {
  const problem = stderr.includes(tooLong)
    ? `the input takes more than ${seconds} s`
    : /heap out of memory|allocation failed/i.test(stderr)
      ? `the input takes more than ${megabytes} MB`
      : 'the process ended';
  return { message: problem, stack: stderr.slice(-3000).replace(/\n\s+at /g, '\n ') };
}

export class Runner {
  readonly #file: string;
  readonly #megabytes: number;
  #child: ChildProcess | undefined;
  #stderr = '';
  #isFresh = true;

  /** @param file the built `child.js` */
  constructor(file: string, megabytes: number) {
    this.#file = file;
    this.#megabytes = megabytes;
  }

  #start(): ChildProcess {
    this.#stderr = '';
    this.#isFresh = true;
    const child = fork(this.#file, {
      execArgv: [`--max-old-space-size=${this.#megabytes}`],
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
      const limit = PATIENCE * request.seconds;
      const deadline = setTimeout(() => {
        end({
          message: `the input takes more than ${request.seconds} s`,
          stack: `killed after ${limit} s`,
        });
      }, 1000 * limit);
      child.once('message', (reply) => end(reply as Reply)); // the protocol's
      child.once('exit', () => end(ended(this.#stderr, request, this.#megabytes)));
      child.once('error', (error) => end({ message: error.message, stack: '' }));
      child.send(request);
    });
  }

  /** @returns what is wrong; time and memory that are exceeded are told only where they are again in a new process */
  async run(target: Target, input: unknown): Promise<Fault | undefined> {
    const { name, seconds: allowed } = target;
    const child = (this.#child ??= this.#start());
    const wasFresh = this.#isFresh;
    const answer = await this.#ask(child, { target: name, input, seconds: allowed });
    this.#isFresh = false;
    if ('message' in answer) {
      this.stop();
      // What inputs before it left behind is not its fault; that takes no such time.
      return wasFresh || answer.stack.includes(tooLong) ? answer : this.run(target, input);
    }
    const { fault, seconds, megabytes } = answer;
    if (fault !== undefined && !fault.message.includes(takesLong)) return fault;
    const excess =
      fault ??
      (seconds > allowed
        ? { message: `the input takes more than ${allowed} s`, stack: `${seconds} s` }
        : megabytes > this.#megabytes
          ? { message: `the input takes more than ${this.#megabytes} MB`, stack: `${megabytes} MB` }
          : undefined);
    if (excess === undefined) return undefined;
    this.stop();
    return wasFresh ? excess : this.run(target, input);
  }

  stop(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }
}

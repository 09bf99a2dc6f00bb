import { Inject, Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { HANDLES, type Handler } from './handles.decorator.js';
import type { JobType } from './job-type.js';
import { QUEUE_OPTIONS, type QueueOptions } from './queue.options.js';

type Provider = ReturnType<DiscoveryService['getProviders']>[number];
type Instance = Record<string, Handler>;

/** The methods of the application's providers that are marked with `@Handles`. */
@Injectable()
export class Handlers {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    @Inject(QUEUE_OPTIONS) private readonly options: Required<QueueOptions>,
  ) {}

  /** @throws {TypeError} when a type has two, is not among the job types, or the provider is not there for good */
  find(): Map<JobType, Handler> {
    const found = new Map<JobType, Handler>();
    for (const [instance, provider] of this.instances()) {
      for (const [type, method] of this.markedMethodsOf(instance)) {
        const place = `${provider.name}.${method}`;
        if (found.has(type)) throw new TypeError(`${place} is a second handler of "${type.name}".`);
        if (!this.options.jobTypes.includes(type))
          throw new TypeError(`${place} handles "${type.name}", which is not among the jobTypes of QueueModule.`);
        if (!provider.isDependencyTreeStatic())
          throw new TypeError(`${place} handles jobs, so its provider must not be request-scoped.`);
        found.set(type, (job) => instance[method]!(job));
      }
    }
    return found;
  }

  /** Each once, under however many tokens it is provided. */
  private instances(): Map<Instance, Provider> {
    const isObject = ({ instance }: Provider) => typeof instance === 'object' && instance !== null;
    return new Map(
      this.discovery
        .getProviders()
        .filter(isObject)
        .map((provider) => [provider.instance as Instance, provider]),
    );
  }

  private markedMethodsOf(instance: Instance): [JobType, string][] {
    const prototype = Object.getPrototypeOf(instance) as Instance | null;
    return this.scanner.getAllMethodNames(prototype).flatMap((method): [JobType, string][] => {
      const type = Reflect.getMetadata(HANDLES, prototype![method]!) as JobType | undefined;
      return type ? [[type, method]] : [];
    });
  }
}

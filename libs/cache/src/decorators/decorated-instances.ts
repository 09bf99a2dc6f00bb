import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { UnusableCacheDecorators } from './cache-decorators.errors.js';
import { CacheRuntime } from './cache-runtime.js';
import { bind, decoratedMethodsOf } from './decorated-method.js';

type Host = ReturnType<DiscoveryService['getProviders']>[number];

/**
 * Makes the decorated methods of all controllers and providers work, before their own `onModuleInit` is called, for global
 * modules come first. If one of them cannot work, none does, and the application does not start.
 */
@Injectable()
export class DecoratedInstances implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly runtime: CacheRuntime,
  ) {}

  onModuleInit(): void {
    const hosts = [...this.discovery.getProviders(), ...this.discovery.getControllers()];
    const instances = new Set(hosts.flatMap(instancesOf));
    const problems = [...new Set([...hosts.flatMap(scopeProblems), ...this.prepare(instances)])];
    if (problems.length > 0) throw new UnusableCacheDecorators(problems);
    for (const instance of instances) bind(instance, this.runtime);
  }

  private prepare(instances: Iterable<object>): string[] {
    const classes = [...instances].map(decoratedMethodsOf);
    const all = classes.flat();
    return classes.flatMap((ofClass) =>
      ofClass.flatMap((each) => each.prepare(this.runtime, all, ofClass).map((problem) => `${each.name}: ${problem}`)),
    );
  }
}

/** Those that live as long as the application, and have decorated methods. */
function instancesOf(host: Host): object[] {
  if (!host.isDependencyTreeStatic()) return [];
  const held = host.isTransient
    ? host.getStaticTransientInstances().map((each) => each?.instance as unknown)
    : [host.instance];
  return held.filter((each): each is object => decoratedMethodsOf(each).length > 0);
}

function scopeProblems(host: Host): string[] {
  if (host.isDependencyTreeStatic()) return [];
  const prototype: unknown = host.metatype?.prototype;
  return decoratedMethodsOf(prototype).map(
    ({ name }) =>
      `${name}: the class, or something it depends on, is request-scoped; decorated methods need instances that live as long as the application.`,
  );
}

import { describeInvalidationChannel } from './invalidation-channel.contract.js';
import { LocalChannel } from './local-channel.js';

const channel = new LocalChannel();

describeInvalidationChannel(LocalChannel.name, () => ({ here: channel, there: channel, leaseMs: 0 }));

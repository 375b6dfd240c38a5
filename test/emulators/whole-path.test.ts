import { onEmulator } from './on-emulator.ts';
import { wholePath } from './whole-path.ts';

onEmulator('miniStack', (name, lake) => {
  wholePath(`${name} alone`, { stream: lake, lake });
  onEmulator('kinesisLocal', (streamName, stream) =>
    wholePath(`${streamName} into ${name}`, { stream, lake }),
  );
});

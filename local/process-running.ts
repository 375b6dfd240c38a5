import { fileErrorCode } from './storage-error.ts';

/** Whether this machine runs a process of that id; one of another user counts too. False for what is no process id. */
export function isProcessRunning(processId: number): boolean {
  if (!Number.isSafeInteger(processId) || processId <= 0) return false;
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return fileErrorCode(error) === 'EPERM';
  }
}

import { onScopeDispose } from 'vue'

/** Runs `act` again and again with a pause between, until it says false or the component goes. */
export function usePoll(act: () => Promise<boolean>, everyMs: number) {
  let timer: ReturnType<typeof setTimeout> | undefined
  let round = 0
  onScopeDispose(stop)

  function stop(): void {
    round += 1
    clearTimeout(timer)
  }

  async function start(): Promise<void> {
    stop()
    const mine = round
    if ((await act()) && mine === round) timer = setTimeout(() => void again(mine), everyMs)
  }

  async function again(mine: number): Promise<void> {
    if (mine !== round) return
    if ((await act()) && mine === round) timer = setTimeout(() => void again(mine), everyMs)
  }

  return { start, stop }
}

const subscribers = new Set()

export function subscribeEvent(subscriber) {
  subscribers.add(subscriber)
  return () => subscribers.delete(subscriber)
}

export function publish(event) {
  for (const subscriber of subscribers) subscriber(event)
}

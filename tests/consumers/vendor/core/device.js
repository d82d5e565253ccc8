export function isDesktopOrEmulated() {
  return !/Android|iPhone/.test(navigator.userAgent)
}

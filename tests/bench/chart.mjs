// Draws the first two measures of a report: node chart.mjs report.json chart.svg
import { readFileSync, writeFileSync } from 'node:fs'
import { init } from 'echarts'

const [from, to] = process.argv.slice(2)
const { tables, date, machine } = JSON.parse(readFileSync(from, 'utf8'))
const OWN = 'incode-core'
const GREY = '#afb8c1'
const FADING = {
  type: 'linear',
  x: 0,
  y: 0,
  x2: 1,
  y2: 0,
  colorStops: [
    { offset: 0, color: GREY },
    { offset: 1, color: '#ffffff' },
  ],
}

const kilobytes = (bytes) => `${(bytes / 1000).toLocaleString('en', { maximumFractionDigits: 1 })} KB`
const milliseconds = (ms) => `${Math.round(ms).toLocaleString('en')} ms`
const panels = [
  panel('bytes', 'gzip -9', 'Downloaded, gzip -9', kilobytes),
  panel('first-request-slow', 'median', 'First request after navigation, slow profile, median', milliseconds),
]

const chart = init(null, null, { renderer: 'svg', ssr: true, width: 960, height: 300 })
chart.setOption({
  animation: false,
  backgroundColor: '#ffffff',
  textStyle: { fontFamily: 'system-ui, sans-serif' },
  title: [
    ...panels.map(({ title }, index) => ({ text: title, left: place(index).left - 84, top: 12, textStyle: { fontSize: 14 } })),
    {
      text: `Faded bars extend beyond the chart. ${date.slice(0, 10)}, ${machine}, headless Chromium: 150 ms, 1.6 Mbit/s, 4× CPU.`,
      left: 16,
      bottom: 8,
      textStyle: { fontSize: 11, fontWeight: 'normal', color: '#57606a' },
    },
  ],
  grid: panels.map((_, index) => place(index)),
  xAxis: panels.map(({ end }, gridIndex) => ({ type: 'value', gridIndex, max: end, show: false })),
  yAxis: panels.map(({ names }, gridIndex) => ({
    type: 'category',
    gridIndex,
    data: names,
    inverse: true,
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { color: '#24292f', fontSize: 12 },
  })),
  series: panels.map(({ bars }, index) => ({ type: 'bar', xAxisIndex: index, yAxisIndex: index, barWidth: 20, data: bars })),
})
writeFileSync(to, chart.renderToSVGString())
chart.dispose()

function place(index) {
  return { left: 100 + index * 480, width: 340, top: 44, bottom: 36 }
}

/** Returns one measure as bars, the smallest first. A bar that dwarfs all others is cut and faded. */
function panel(table, column, title, shown) {
  const peers = new Set(tables.find(({ name }) => name === 'first-request-slow').rows.map(({ client }) => client))
  const rows = tables.find(({ name }) => name === table).rows.filter(({ client }) => peers.has(client))
  rows.sort((one, other) => one[column] - other[column])
  const [next, largest] = rows.slice(-2).map((row) => row[column])
  const end = largest > 3 * next ? next : largest
  const bars = rows.map((row) => {
    const isCut = row[column] > end
    return {
      value: Math.min(row[column], end * 1.25),
      label: { show: true, position: isCut ? 'insideLeft' : 'right', formatter: shown(row[column]), color: '#24292f' },
      itemStyle: { color: isCut ? FADING : row.client === OWN ? '#0969da' : GREY },
    }
  })
  return { title, names: rows.map(({ client }) => client), bars, end: end * 1.25 }
}

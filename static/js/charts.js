/* Charts: numbers from json_script, colours from the tokens, canvas, no HTML tooltip (it breaks the content policy).
   <div class="plot" data-chart="id-of-json" role="img" aria-label="the finding">; the JSON is
   {"kind": "bar" or "line", "names": [...], "series": [{"name", "data", "tone": "accent|quiet|late|soon"}], "limit": 10, "limit_words": "…", "unit": "%", "max": 100}.
   Or areas within areas: {"kind": "areas", "areas": [{"name", "value", "said", "url", "tone": "accent|tint|quiet", "children": […]}]}. */
(() => {
  'use strict';
  const { crm } = window;
  const root = document.documentElement;
  const css = (name) => getComputedStyle(root).getPropertyValue(name).trim();
  const tones = { accent: '--accent-fill', quiet: '--line-strong', late: '--late', soon: '--bar-low', bar: '--bar' };

  const words = () => ({ color: css('--ink-2'), fontSize: 12, fontFamily: getComputedStyle(document.body).fontFamily });

  const point = (value, limit) => (limit === undefined || value <= limit ? { value } : {
    value,
    itemStyle: { color: css('--late') },
    label: { show: true, position: 'top', color: css('--late'), fontWeight: 600, formatter: crm.say('over', { value }) },
  });

  const series = (s, d, last) => ({
    name: s.name,
    type: d.kind || 'bar',
    data: d.kind === 'line' ? s.data : s.data.map((v) => point(v, last ? d.limit : undefined)),
    barMaxWidth: 16,
    barGap: '15%',
    symbolSize: 5,
    itemStyle: { color: css(tones[s.tone] || (last ? '--accent-fill' : '--line-strong')) },
    lineStyle: { width: 2 },
    markLine: last && d.limit !== undefined ? {
      symbol: 'none',
      silent: true,
      lineStyle: { color: css('--ink'), type: 'dashed' },
      data: [{ yAxis: d.limit }],
      label: { ...words(), color: css('--ink'), formatter: d.limit_words || String(d.limit) },
    } : undefined,
  });

  const options = (d) => ({
    animation: false,
    textStyle: words(),
    tooltip: { trigger: 'axis', renderMode: 'richText', valueFormatter: (v) => (v === null || v === undefined ? '—' : `${v}${d.unit || ''}`) },
    grid: { left: 8, right: d.limit === undefined ? 16 : 96, top: 24, bottom: 8, containLabel: true },
    xAxis: {
      type: 'category', data: d.names, axisTick: { show: false },
      axisLine: { lineStyle: { color: css('--line-strong') } }, axisLabel: { ...words(), hideOverlap: true },
    },
    yAxis: { type: 'value', max: d.max, minInterval: 1, axisLabel: words(), splitLine: { lineStyle: { color: css('--line') } } },
    series: d.series.map((s, i) => series(s, d, i === d.series.length - 1)),
  });

  const fills = {
    accent: ['--accent-fill', '--on-accent', '--accent-fill'],
    tint: ['--accent-tint', '--ink', '--accent'],
    quiet: ['--bar-bg', '--ink', '--bar-bg'],
  };

  const area = (a) => {
    const [fill, ink, edge] = fills[a.tone] || fills.quiet;
    return {
      name: a.name,
      value: a.value,
      said: a.said,
      link: a.url,
      target: 'self',
      itemStyle: { color: css(fill), borderColor: css(edge), borderWidth: 1 },
      label: { color: css(ink) },
      children: a.children && a.children.map(area),
    };
  };

  const areas = (d) => ({
    animation: false,
    textStyle: words(),
    tooltip: { renderMode: 'richText', formatter: (p) => p.data.said || p.name },
    series: [{
      type: 'treemap',
      left: 0,
      right: 0,
      top: 0,
      bottom: 0,
      roam: false,
      nodeClick: 'link',
      breadcrumb: { show: false },
      label: { ...words(), overflow: 'truncate', formatter: '{b} {c}' },
      upperLabel: { ...words(), show: true, height: 22, color: css('--ink'), formatter: '{b} {c}' },
      itemStyle: { borderColor: css('--surface'), borderWidth: 1, gapWidth: 2 },
      levels: [{ upperLabel: { show: false }, itemStyle: { gapWidth: 3, borderWidth: 0 } }],
      data: d.areas.map(area),
    }],
  });

  const draw = (box) => {
    if (!window.echarts) return;
    const d = JSON.parse(document.getElementById(box.dataset.chart).textContent);
    const chart = window.echarts.getInstanceByDom(box) || window.echarts.init(box, null, { renderer: 'canvas' });
    chart.setOption(d.kind === 'areas' ? areas(d) : options(d), true);
  };

  crm.each('[data-chart]', draw);
  document.addEventListener('crm:theme', () => crm.all('[data-chart]').forEach(draw));
  window.addEventListener('resize', () => crm.all('[data-chart]').forEach((box) => window.echarts?.getInstanceByDom(box)?.resize()));
})();

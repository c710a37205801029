import { use, init } from "echarts/core";
import { BarChart, LineChart, HeatmapChart } from "echarts/charts";
import { AriaComponent, CalendarComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, HeatmapChart, AriaComponent, CalendarComponent, GridComponent, LegendComponent, MarkLineComponent,
  TooltipComponent, VisualMapComponent, SVGRenderer]);
export { init };

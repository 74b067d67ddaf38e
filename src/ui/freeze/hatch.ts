import { svg } from 'lit';

/** What is frozen is hatched, so that it is told by more than its colour: `fill="url(#hatch)"`, in each drawing that has these. */
export const hatch = svg`<defs>
  <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
    <rect class="ice" width="6" height="6"></rect>
    <rect class="stripe" width="1.5" height="6"></rect>
  </pattern>
</defs>`;

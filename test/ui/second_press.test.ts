import { expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { guardSecondPress, isSecond } from '../../src/ui/app/second_press';
import { click, one, openPage, settled } from './page';
import { eventsOf } from './trainer_double';

/** A button that, once pressed, gives its place to another. */
function swapping() {
  const pressed: string[] = [];
  const make = (name: string, onPress: () => void) => {
    const button = document.createElement('button');
    button.textContent = name;
    button.style.cssText = 'position: fixed; left: 40px; top: 40px; width: 120px; height: 40px';
    button.addEventListener('click', () => {
      pressed.push(name);
      onPress();
    });
    return button;
  };
  const pause = make('Pause', () => undefined);
  const start = make('Start', () => start.replaceWith(pause));
  document.body.append(start);
  const end = guardSecondPress(window);
  return {
    pressed,
    start,
    pause,
    gone: () => {
      end();
      pause.remove();
      start.remove();
    },
  };
}

test('the second press of a double press does not reach what took the place of the first', async () => {
  const { pressed, start, gone } = swapping();
  await userEvent.dblClick(start);
  expect(pressed).toEqual(['Start']);
  gone();
});

test('a press half a second later, one elsewhere, and one of the same button are presses of their own', () => {
  const [start, pause] = [document.createElement('button'), document.createElement('button')];
  const first = { control: start, name: 'Start', at: 1000, x: 50, y: 50 };
  expect(isSecond(first, { ...first, control: pause, at: 1200 })).toBe(true);
  expect(isSecond(first, { ...first, name: 'Pause', at: 1200 })).toBe(true);
  expect(isSecond(first, { ...first, control: pause, at: 1500 })).toBe(false);
  expect(isSecond(first, { ...first, control: pause, at: 1200, x: 80 })).toBe(false);
  expect(isSecond(first, { ...first, at: 1200 })).toBe(false);
});

test('without the guard it would', async () => {
  const { pressed, start, gone } = swapping();
  const end = guardSecondPress(window);
  end();
  gone();
  document.body.append(start);
  await userEvent.dblClick(start);
  expect(pressed).toEqual(['Start', 'Pause']);
  gone();
});

test('a button that stays is pressed twice, and a label’s field changes twice', async () => {
  const end = guardSecondPress(window);
  const label = document.createElement('label');
  label.innerHTML = '<input type="checkbox"> Early';
  let changes = 0;
  label.addEventListener('change', () => {
    changes += 1;
  });
  document.body.append(label);
  await userEvent.dblClick(label);
  expect(changes).toBe(2);
  label.remove();
  end();
});

test('Start, pressed twice, starts and does not pause; keys that are held down neither', async () => {
  const { double, app, bench } = await openPage();
  await click(one(app, 'data-panel button', 'Only open'));
  await click(one(app, 'path-nav button', 'Train'));
  await userEvent.dblClick(one(app, 'run-controls button', 'Start'));
  await expect.poll(() => double.settings).not.toBe(null);
  double.send(eventsOf(double.settings!, 0, 3));
  await settled();
  expect(double.calls).not.toContain('pause');
  const keys = { key: 'Enter', ctrlKey: true };
  dispatchEvent(new KeyboardEvent('keydown', { ...keys, repeat: true }));
  expect(double.calls).not.toContain('pause');
  dispatchEvent(new KeyboardEvent('keydown', keys));
  await expect.poll(() => double.calls).toContain('pause');
  expect(bench.runs.state.status).toBe('pausing');
});

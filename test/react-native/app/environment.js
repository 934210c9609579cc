// What React Native sets up before an app runs, but for what shows something: its renderer would take Metro half a minute.
import 'react-native/Libraries/Core/setUpGlobals';
import { polyfillGlobal } from 'react-native/Libraries/Utilities/PolyfillFunctions';
import 'react-native/Libraries/Core/polyfillPromise';
import 'react-native/Libraries/Core/setUpTimers';
import 'react-native/Libraries/Core/setUpXHR';
import 'react-native/Libraries/Core/setUpNavigator';

// As in react-native/src/private/setup/setUpDOM.js.
polyfillGlobal('Event', () => require('react-native/src/private/webapis/dom/events/Event').default);
polyfillGlobal('EventTarget', () => require('react-native/src/private/webapis/dom/events/EventTarget').default);
